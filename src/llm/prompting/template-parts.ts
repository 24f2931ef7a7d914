import type { ChatMessage } from "../chat-model.ts";

/** A part of a template: everything between two markers. */
export interface TemplatePart {
  readonly role: ChatMessage["role"];
  readonly text: string;
}

const MARKER = /^\[\[(system|user|assistant)\]\][ \t]*(?:\r?\n|$)/gm;

/**
 * Takes a template apart at lines `[[system]]`, `[[user]]` and `[[assistant]]`. Without any it is one part of the
 * user's; what stands before the first marker is too, if it is more than white space. Blank parts before the last are
 * left out, such as the one between a prompt's `system` and a template that begins with a marker: endpoints refuse
 * messages that say nothing.
 */
export function templateParts(template: string): TemplatePart[] {
  const markers = [...template.matchAll(MARKER)];
  if (markers.length === 0) return [{ role: "user", text: template }];
  const parts: TemplatePart[] = [];
  const before = template.slice(0, markers[0]!.index);
  if (before.trim() !== "") parts.push({ role: "user", text: withoutLastLineEnd(before) });
  for (const [position, marker] of markers.entries()) {
    const start = marker.index + marker[0].length;
    const next = markers[position + 1];
    const text = template.slice(start, next?.index);
    if (next !== undefined && text.trim() === "") continue;
    parts.push({
      role: marker[1] as ChatMessage["role"],
      text: next === undefined ? text : withoutLastLineEnd(text),
    });
  }
  return parts;
}

function withoutLastLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
