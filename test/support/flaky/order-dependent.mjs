/**
 * A test program whose reader needs its writer to come first: `order-dependent.mjs <seed>`. An even seed puts
 * the reader first. Prints JUnit XML after a line of its own, as many runners do.
 */
const [, , seed] = process.argv;
const order = Number(seed) % 2 === 0 ? ["reads", "writes"] : ["writes", "reads"];
let written = false;
const cases = order.map((name) => {
  if (name === "writes") written = true;
  const failed = name === "reads" && !written;
  const inside = failed ? '<failure message="nothing was written &lt;yet&gt;"/>' : "";
  return `<testcase classname="store" name="${name}" time="0.001">${inside}</testcase>`;
});
process.stdout.write(`order: ${order.join(", ")}
<?xml version="1.0"?>
<testsuites name="tests">
<testsuite name="store">
${cases.join("\n")}
<testcase classname="store" name="stands alone" time="0.002"/>
<testcase classname="store" name="is skipped"><skipped/></testcase>
</testsuite>
</testsuites>
`);
process.exitCode = written && cases.every((text) => !text.includes("<failure")) ? 0 : 1;
