import type { AwsHandlers } from '../support/aws-stand-in.js';

const absent = { error: 'NotFoundException', status: 404 };
const PATH = '/v1/registries/name/lambda-testevent-schemas';

/** EventBridge's schema registry as far as test events need it: it remembers, so that a second push meets the first. */
export class FakeSchemas {
  isThere = false;
  /** Contents of each schema, a version each, the newest last; deleted ones are empty. */
  readonly schemas = new Map<string, { version: string; content: string }[]>();

  content(schema: string): { components: { examples: Record<string, { value: unknown }> } } & Record<string, unknown> {
    return JSON.parse(this.schemas.get(schema)?.at(-1)?.content ?? 'null') as ReturnType<FakeSchemas['content']>;
  }

  /** Handlers for these functions' schemas. */
  handlers(names: readonly string[]): AwsHandlers {
    const handlers: AwsHandlers = {
      [`schemas:GET ${PATH}`]: () => (this.isThere ? { json: { RegistryName: 'lambda-testevent-schemas' } } : absent),
      [`schemas:POST ${PATH}`]: () => {
        this.isThere = true;
        return { json: {} };
      },
    };
    for (const name of names) {
      const at = `${PATH}/schemas/name/${name}`;
      handlers[`schemas:GET ${at}`] = () => {
        const newest = this.schemas.get(name)?.at(-1);
        return newest === undefined ? absent : { json: { Content: newest.content, SchemaVersion: newest.version } };
      };
      handlers[`schemas:POST ${at}`] = ({ body }) => {
        if (this.schemas.has(name)) return { error: 'ConflictException', status: 409 };
        return this.#write(name, body);
      };
      handlers[`schemas:PUT ${at}`] = ({ body }) => (this.schemas.has(name) ? this.#write(name, body) : absent);
      handlers[`schemas:GET ${at}/versions`] = () => ({
        json: {
          SchemaVersions: (this.schemas.get(name) ?? []).map(({ version }) => ({
            SchemaName: name,
            SchemaVersion: version,
            Type: 'OpenApi3',
          })),
        },
      });
      for (const version of ['1', '2', '3', '4', '5', '6']) {
        handlers[`schemas:DELETE ${at}/version/${version}`] = () => {
          this.schemas.set(
            name,
            (this.schemas.get(name) ?? []).filter((one) => one.version !== version),
          );
          return { json: {}, status: 204 };
        };
      }
    }
    return handlers;
  }

  #write(name: string, { Content, Type }: Readonly<Record<string, unknown>>) {
    if (!this.isThere) return absent;
    const versions = this.schemas.get(name) ?? [];
    // The limit that AWS documents for this registry.
    if (versions.length >= 5 || Type !== 'OpenApi3') return { error: 'BadRequestException', status: 400 };
    const version = String(Number(versions.at(-1)?.version ?? 0) + 1);
    this.schemas.set(name, [...versions, { version, content: String(Content) }]);
    return { json: { SchemaVersion: version }, status: 201 };
  }
}
