import { isAbsent } from '../error.js';
import { loadSdk } from '../load-sdk.js';
import { awsCall, type ClientSettings } from '../session.js';
import type { Deadline } from '../../src/base/deadline.js';

/** The registry that the Lambda console keeps shareable test events in. */
export const registryName = 'lambda-testevent-schemas';

/** Where the console looks for a function's events. */
export function schemaNameOf(functionName: string): string {
  return `_${functionName}-schema`;
}

/** What a push needs of EventBridge's schema registry. */
export interface SchemaRegistry {
  exists(): Promise<boolean>;
  /** The content, undefined where there is no such schema. */
  read(schema: string): Promise<string | undefined>;
  /** Oldest first. */
  versions(schema: string): Promise<readonly string[]>;
  createRegistry(): Promise<void>;
  create(schema: string, content: string): Promise<void>;
  update(schema: string, content: string): Promise<void>;
  deleteVersion(schema: string, version: string): Promise<void>;
}

/** The registry by the AWS SDK. Every call has a deadline. */
export async function sdkRegistry(settings: ClientSettings, within: Deadline): Promise<SchemaRegistry> {
  const sdk = await loadSdk('@aws-sdk/client-schemas', () => import('@aws-sdk/client-schemas'));
  const client = new sdk.SchemasClient(settings);
  const RegistryName = registryName;
  return {
    async exists() {
      const found = await orAbsent('schemas:DescribeRegistry', (options) =>
        client.send(new sdk.DescribeRegistryCommand({ RegistryName }), options),
      );
      return found !== undefined;
    },
    async read(SchemaName) {
      const found = await orAbsent('schemas:DescribeSchema', (options) =>
        client.send(new sdk.DescribeSchemaCommand({ RegistryName, SchemaName }), options),
      );
      return found?.Content;
    },
    versions: (SchemaName) =>
      awsCall('schemas:ListSchemaVersions', within, async (options) => {
        const found: string[] = [];
        for await (const page of sdk.paginateListSchemaVersions({ client }, { RegistryName, SchemaName }, options)) {
          found.push(...(page.SchemaVersions ?? []).flatMap(({ SchemaVersion }) => SchemaVersion ?? []));
        }
        return found.sort((one, other) => Number(one) - Number(other));
      }),
    async createRegistry() {
      await awsCall('schemas:CreateRegistry', within, (options) =>
        client.send(new sdk.CreateRegistryCommand({ RegistryName }), options),
      );
    },
    async create(SchemaName, Content) {
      await awsCall('schemas:CreateSchema', within, (options) =>
        client.send(new sdk.CreateSchemaCommand({ RegistryName, SchemaName, Content, Type: 'OpenApi3' }), options),
      );
    },
    async update(SchemaName, Content) {
      await awsCall('schemas:UpdateSchema', within, (options) =>
        client.send(new sdk.UpdateSchemaCommand({ RegistryName, SchemaName, Content, Type: 'OpenApi3' }), options),
      );
    },
    async deleteVersion(SchemaName, SchemaVersion) {
      await awsCall('schemas:DeleteSchemaVersion', within, (options) =>
        client.send(new sdk.DeleteSchemaVersionCommand({ RegistryName, SchemaName, SchemaVersion }), options),
      );
    },
  };

  function orAbsent<T>(action: string, send: Parameters<typeof awsCall<T>>[2]): Promise<T | undefined> {
    return awsCall<T | undefined>(action, within, async (options) => {
      try {
        return await send(options);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }
}
