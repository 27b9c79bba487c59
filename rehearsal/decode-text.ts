/**
 * The text of a file as editors and shells write it: UTF-8, or UTF-16 with a byte order mark, as PowerShell's `>` and
 * older Windows programs write it. The mark is not part of the text.
 */
export function decodeText(bytes: Uint8Array): string {
  // All three decoders leave the mark out.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
