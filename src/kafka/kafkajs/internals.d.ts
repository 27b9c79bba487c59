/**
 * The parts of kafkajs 2.2.4 that are used here and are missing in its own types. The package is pinned to that
 * version; nothing outside of this folder imports them.
 */
declare module 'kafkajs/src/network/connection.js' {
  export interface RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    scheduleCheckPendingRequests(): void;
    checkPendingRequests(): void;
  }

  export interface Protocol {
    request: {
      apiKey: number;
      apiVersion: number;
      apiName: string;
      encode(): Promise<unknown>;
      expectResponse?(): boolean;
    };
    response: { decode(payload: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
  }

  export default class Connection {
    constructor(options: object);
    readonly requestQueue: RequestQueue;
    isConnected(): boolean;
    connect(): Promise<unknown>;
    authenticate(): Promise<void>;
    setVersions(versions: Record<number, { minVersion: number; maxVersion: number }>): void;
    setSupportAuthenticationProtocol(supported: boolean): void;
    send(protocol: Protocol & { logResponseError?: boolean }): Promise<unknown>;
  }
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  import type { Protocol } from 'kafkajs/src/network/connection.js';

  export interface Definition {
    readonly versions: readonly string[];
    protocol(options: { version: number }): (args?: object) => Protocol;
  }

  const exported: { readonly requests: Readonly<Record<string, Definition>> };
  export default exported;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    /** @param size bytes that are allocated first. @default 511 */
    constructor(size?: number);
    writeInt8(value: number): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: number | string): this;
    writeBoolean(value: boolean): this;
    writeBuffer(bytes: Buffer): this;
    writeString(value: string | null): this;
    writeUVarInt(value: number): this;
    writeUVarIntString(value: string | null): this;
    writeUVarIntArray(values: readonly Encoder[] | null): this;
  }
}
