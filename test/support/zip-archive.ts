import { crc32, deflateRawSync } from "node:zlib";

/**
 * A zip archive, written by hand: no library of ours writes members compressed with zstd, as inspect_ai does. Members of
 * "zstd" are stored in raw blocks, which any zstd decoder reads.
 */
export function zipArchive(
  members: Readonly<Record<string, string>>,
  method: "stored" | "deflate" | "zstd",
): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const plain = Buffer.from(content);
    const packed = method === "zstd" ? rawZstd(plain) : method === "deflate" ? deflateRawSync(plain) : plain;
    const code = { stored: 0, deflate: 8, zstd: 93 }[method];
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(code, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(plain.length, 18);
    fields.writeUInt16LE(name.length, 22);
    locals.push(Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, Buffer.from(name), packed]));
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(
      Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), fields, tail, Buffer.from(name)]),
    );
    offset += locals.at(-1)!.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(centrals.length, 4);
  end.writeUInt16LE(centrals.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\u0005\u0006"), end]);
}

/** A frame of one raw block: magic number, a header with the content's size, the block's header, the bytes. */
export function rawZstd(content: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(0xfd2fb528, 0);
  header.writeUInt8(0xa0, 4);
  header.writeUInt32LE(content.length, 5);
  header.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([header, content]);
}
