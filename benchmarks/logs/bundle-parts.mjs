import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** `product-parts.ts` as a module: the sources of the tree, so that folds and intervals are the product's own. */
export async function productParts() {
  const build = await rolldown({
    input: path("product-parts.ts"),
    platform: "node",
    external: (id) => /^[^./]/u.test(id),
  });
  const file = path("../.cache/logs/product-parts.mjs");
  await build.write({ file, format: "esm", codeSplitting: false });
  return import(file);
}
