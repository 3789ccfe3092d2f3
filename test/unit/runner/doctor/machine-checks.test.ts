/** What spoils numbers is told with advice, what does not is told without, and what is not known is not guessed. */
import { describe, expect, it } from "vitest";
import { machineChecks } from "../../../../src/runner/doctor/machine-checks.ts";
import { type MachineFacts, parseCpuQuota } from "../../../../src/runner/doctor/machine-facts.ts";

const GIB = 2 ** 30;

const QUIET: MachineFacts = {
  cores: 4,
  node: "20.20.2",
  nodeOptions: "",
  cpuPressurePct: 0.4,
  stealPct: 0,
  load1: 0.2,
  governor: "performance",
  cpuQuota: null,
  onBattery: false,
  memoryFreeBytes: 8 * GIB,
  swapUsedBytes: 0,
  timerLateMsP50: 0.1,
  timerLateMsMax: 3,
  fsyncMsP50: 1,
  fsyncMsMax: 4,
  fileSystemType: 61267,
  diskFreeBytes: 50 * GIB,
};

function find(facts: Partial<MachineFacts>, name: string) {
  return machineChecks({ ...QUIET, ...facts }).find((check) => check.name === name);
}

describe("a machine", () => {
  it("that is quiet passes everything, and gets no advice", () => {
    const checks = machineChecks(QUIET);
    expect(checks.map(({ status }) => status)).toEqual(checks.map(() => "ok"));
    expect(checks.filter(({ advice }) => advice !== undefined)).toEqual([]);
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });

  it.each<[string, Partial<MachineFacts>, string]>([
    ["cpu-pressure", { cpuPressurePct: 8 }, "warn"],
    ["cpu-pressure", { cpuPressurePct: 60 }, "bad"],
    ["steal", { stealPct: 3 }, "bad"],
    ["load", { load1: 2 }, "warn"],
    ["load", { load1: 3.5 }, "bad"],
    ["timers", { timerLateMsP50: 12 }, "bad"],
    ["governor", { governor: "powersave" }, "warn"],
    ["power", { onBattery: true }, "bad"],
    ["cpu-quota", { cpuQuota: 1.5 }, "bad"],
    ["fsync", { fsyncMsP50: 0.001, fsyncMsMax: 0.002 }, "bad"],
    ["fsync", { fsyncMsP50: 12, fsyncMsMax: 20 }, "warn"],
    ["fsync", { fsyncMsP50: 80, fsyncMsMax: 90 }, "bad"],
    ["fsync", { fsyncMsMax: 30 }, "warn"],
    ["file-system", { fileSystemType: 0x01021994 }, "bad"],
    ["file-system", { fileSystemType: 0x6969 }, "bad"],
    ["file-system", { fileSystemType: 0x794c7630 }, "warn"],
    ["disk-free", { diskFreeBytes: 3 * GIB }, "warn"],
    ["disk-free", { diskFreeBytes: GIB / 3 }, "bad"],
    ["memory-free", { memoryFreeBytes: GIB }, "warn"],
    ["swap", { swapUsedBytes: GIB }, "warn"],
    ["cores", { cores: 1 }, "warn"],
    ["node", { node: "20.18.9" }, "bad"],
    ["node-options", { nodeOptions: "--inspect" }, "warn"],
  ])("%s with %j is told as %s, with advice", (name, facts, status) => {
    const check = find(facts, name);
    expect(check?.status).toBe(status);
    expect(check?.advice).not.toBe(undefined);
  });

  it.each<[string, Partial<MachineFacts>]>([
    ["cpu-pressure", { cpuPressurePct: null }],
    ["steal", { stealPct: null }],
    ["governor", { governor: null }],
    ["power", { onBattery: null }],
    ["swap", { swapUsedBytes: null }],
    ["file-system", { fileSystemType: 12345 }],
  ])("does not guess %s", (name, facts) => {
    expect(find(facts, name)?.status).toBe("unknown");
  });

  it("newer than the oldest Node passes, whatever its minor version", () => {
    expect(find({ node: "22.1.0" }, "node")?.status).toBe("ok");
    expect(find({ node: "20.19.0" }, "node")?.status).toBe("ok");
  });
});

it.each([
  ["150000 100000\n", 1.5],
  ["max 100000\n", null],
  ["", null],
  [null, null],
])("the CPU quota of %j is %j", (text, quota) => {
  expect(parseCpuQuota(text)).toBe(quota);
});
