import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Bytes as compressed text, in the form that a browser's `DecompressionStream('deflate-raw')` takes. */
export function deflate(bytes: Uint8Array): string {
  return deflateRawSync(bytes).toString('base64');
}

/** The opposite of {@link deflate}. @throws for text that it did not make. */
export function inflate(text: string): Uint8Array {
  return inflateRawSync(Buffer.from(text, 'base64'));
}
