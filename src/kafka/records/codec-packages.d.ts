declare module 'snappyjs' {
  const snappy: { uncompress(bytes: Uint8Array, mostBytes?: number): Uint8Array };
  export default snappy;
}

declare module 'lz4js' {
  const lz4: { decompress(frame: Uint8Array): Uint8Array };
  export default lz4;
}
