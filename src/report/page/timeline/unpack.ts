import { unpackSpans, type SpanColumns } from '../../../timeline/pack.ts';

/** The spans of a timeline out of its compressed text. @throws where the browser cannot decompress. */
export async function unpack(packed: string): Promise<SpanColumns[]> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return unpackSpans(new Uint8Array(await new Response(stream).arrayBuffer()));
}
