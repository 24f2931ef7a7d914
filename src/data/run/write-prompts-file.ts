import { dirname } from "node:path";
import { Document, isNode } from "yaml";
import type { Prompt } from "../../types/index.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { makeFolder } from "../files/make-folder.ts";

/** A prompt, and what stands above it in the file. */
export interface CommentedPrompt extends Pick<Prompt, "id" | "template"> {
  /** Any text; it cannot end the comment. */
  readonly comment?: string;
}

/** Writes prompts as a YAML list that `readPromptsFile` reads, replacing an older file in one step. */
export async function writePromptsFile(path: string, prompts: readonly CommentedPrompt[]): Promise<void> {
  const document = new Document(prompts.map(({ id, template }) => ({ id, template })));
  for (const [index, { comment }] of prompts.entries()) {
    const node = document.getIn([index], true);
    if (isNode(node) && comment !== undefined)
      node.commentBefore = comment
        .split(/[\r\n\u0085\u2028\u2029]+/u)
        .map((line) => ` ${line}`)
        .join("\n");
  }
  await makeFolder(dirname(path));
  await writeFileAtomic(path, document.toString({ lineWidth: 0 }));
}
