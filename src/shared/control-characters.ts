/**
 * Control characters (C0, DEL, C1), line separators, and the marks that turn the direction of text: a file name or a
 * line of source must not move the cursor, set a title, or pretend to say something else.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `text` on one line and without power over a terminal or a page: what is unsafe is spelled as an escape such as `\x1b`. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (unsafe) => NAMED[unsafe] ?? escapeOf(unsafe.charCodeAt(0)));
}

/** JSON escapes only what would break its own lines: the rest of what is unsafe is spelled as JSON's escapes, the same value. */
export function escapeInJson(json: string): string {
  return json.replace(UNSAFE, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function escapeOf(code: number): string {
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
