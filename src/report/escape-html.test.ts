import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, html, trustedHtml } from "./escape-html.ts";

/** What a parser makes of the entities we write. */
function decoded(source: string): string {
  return source
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&#96;/g, "`")
    .replace(/&amp;/g, "&");
}

describe("html", () => {
  it("escapes texts and numbers, keeps Html, and joins lists", () => {
    const item = html`<b>${"<i>"}</b>`;
    expect(String(html`<p title="${'"'}">${[item, 1, " & ", null, undefined]}</p>`)).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b>1 &amp; </p>',
    );
  });

  it("leaves a trusted source as it is", () => {
    expect(String(html`<div>${trustedHtml("<svg></svg>")}</div>`)).toBe("<div><svg></svg></div>");
  });

  it("lets no text open a tag or leave an attribute, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"'`]/);
        expect(escaped.replace(/&(?:lt|gt|quot|amp|#39|#96);/g, "")).not.toContain("&");
      }),
    );
  });

  it("keeps every text that holds no acting character", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab é&<>\"'`;#אé漢🎈") }), (text) => {
        expect(decoded(escapeHtml(text))).toBe(text);
      }),
    );
  });
});
