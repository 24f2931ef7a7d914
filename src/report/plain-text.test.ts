import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayName, plainText, quotedName } from "./plain-text.ts";

describe("plainText", () => {
  it("takes out terminal escapes, marks that reorder text, and lone surrogates", () => {
    expect(plainText("a\u001b[31mred\u0007\u0000")).toBe("a [31mred");
    expect(plainText("abc\u202egnp.exe")).toBe("abc gnp.exe");
    expect(plainText("x\ud800y")).toBe("x\ufffdy");
    expect(plainText(" one\r\n\t two ")).toBe("one two");
  });

  it("cuts between visible characters, never inside one", () => {
    const family = "👨‍👩‍👧‍👦";
    expect(plainText(family.repeat(10), 3)).toBe(`${family}${family}…`);
    expect(plainText("abcd", 4)).toBe("abcd");
    expect(plainText("abcde", 4)).toBe("abc…");
  });

  it("bounds a pile of combining marks, which counts as one character", () => {
    expect(plainText(`a${"\u0301".repeat(100_000)}`, 10).length).toBeLessThan(100);
  });

  it("never gives more visible characters than asked, nor a control character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        (text, most) => {
          const shown = plainText(text, most);
          expect([...new Intl.Segmenter().segment(shown)].length).toBeLessThanOrEqual(most);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        },
      ),
    );
  });
});

describe("names in sentences", () => {
  it("are never empty and keep no backtick", () => {
    expect(displayName("\u0000 ")).toBe("(unnamed)");
    expect(quotedName("a`b")).toBe("`a'b`");
  });
});
