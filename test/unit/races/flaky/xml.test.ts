import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../../../src/races/flaky/xml.ts";

describe("the XML reader", () => {
  it("reads elements, attributes, text, CDATA, comments and entities", () => {
    const text = `<?xml version="1.0"?>
<!-- by hand -->
<a one='1' two="&lt;&#65;&#x42;&amp;">x &gt; y<b/><![CDATA[<&raw]]><!-- <c> --><c
 d = "e" >t</c ></a>
`;
    expect(parseXml(text, "r.xml")).toEqual({
      name: "a",
      attributes: { one: "1", two: "<AB&" },
      text: "x > y<&raw",
      children: [
        { name: "b", attributes: {}, children: [], text: "" },
        { name: "c", attributes: { d: "e" }, children: [], text: "t" },
      ],
    });
  });

  it("skips a byte order mark, and keeps an attribute of any name", () => {
    const { attributes } = parseXml('\uFEFF<a __proto__="x"/>', "r.xml");
    expect(Object.entries(attributes)).toEqual([["__proto__", "x"]]);
  });

  it.each([
    ["", /r\.xml:1:1: .*there is no element/],
    ["<a>\n<b></a>", /r\.xml:2:7: .*<\/a> where <\/b> belongs/],
    ["<a>\n <b>text", /r\.xml:2:5: .*<b> is not closed: the file was cut off/],
    ["<a/><b/>", /r\.xml:1:5: .*text after the root element/],
    ['<a x="1" x="2"/>', /two of x/],
    ['<a x="1"y="2"/>', /something that is no attribute/],
    ["<a x=1/>", /without quotes/],
    ['<a x="1/>', /an attribute that does not end/],
    ['<a x="<"/>', /a < in an attribute/],
    ["<a>&nope;</a>", /&nope; is no known entity/],
    ["<a>&#x110000;</a>", /&#x110000; is no known entity/],
    ["<a>fish & chips</a>", /begins no entity/],
    ["<a><![CDATA[x</a>", /a CDATA section that does not end/],
    ['<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', /a DOCTYPE/],
    ["<>x</>", /a name is missing/],
    ["<a>".repeat(201), /more than 200 levels/],
  ])("refuses %j with its place", (text, message) => {
    expect(() => parseXml(text, "r.xml")).toThrow(message);
  });

  it("reads back whatever text it is given in escaped form", () => {
    const escaped = (text: string): string =>
      text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (attribute, text) => {
        const read = parseXml(`<a b="${escaped(attribute)}">${escaped(text)}</a>`, "r.xml");
        expect(read).toEqual({ name: "a", attributes: { b: attribute }, children: [], text });
      }),
    );
  });

  it("ends on any input, with an element or with an InputError", () => {
    const piece = fc.constantFrom(
      "<a",
      ">",
      "</a>",
      "/>",
      ' b="c"',
      "&amp;",
      "&",
      "<!--",
      "-->",
      "x",
      "<?",
      "?>",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          expect(parseXml(pieces.join(""), "r.xml").name).not.toBe("");
        } catch (error) {
          expect(error).toHaveProperty("code", "BAD_INPUT");
        }
      }),
    );
  });
});
