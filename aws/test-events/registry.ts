import type { Deadline } from '../../src/base/deadline.js';
import { callAws } from '../call.js';
import { orAbsent } from '../error.js';
import { loadSdk } from '../load-sdk.js';
import type { AwsSession } from '../session.js';

/** The registry in which the Lambda console stores shareable test events. */
export const REGISTRY_NAME = 'lambda-testevent-schemas';

/** The schema in which the console looks for a function's events. */
export function schemaNameOf(functionName: string): string {
  return `_${functionName}-schema`;
}

/** The operations of EventBridge's schema registry that a push needs. */
export interface SchemaRegistry {
  exists(): Promise<boolean>;
  /** The content; undefined if the schema does not exist. */
  read(schema: string): Promise<string | undefined>;
  /** Oldest first. */
  versions(schema: string): Promise<readonly string[]>;
  createRegistry(): Promise<void>;
  create(schema: string, content: string): Promise<void>;
  update(schema: string, content: string): Promise<void>;
  deleteVersion(schema: string, version: string): Promise<void>;
}

/** The registry through the AWS SDK. Every call has a deadline. */
export async function sdkRegistry(session: AwsSession, within: Deadline): Promise<SchemaRegistry> {
  const sdk = await loadSdk('@aws-sdk/client-schemas', () => import('@aws-sdk/client-schemas'));
  const client = new sdk.SchemasClient(session);
  const registryName = REGISTRY_NAME;
  const call = <T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> =>
    callAws({ action, region: session.region }, within, send);
  return {
    async exists() {
      const found = await orAbsent(
        call('schemas:DescribeRegistry', (options) =>
          client.send(new sdk.DescribeRegistryCommand({ RegistryName: registryName }), options),
        ),
      );
      return found !== undefined;
    },
    async read(schemaName) {
      const found = await orAbsent(
        call('schemas:DescribeSchema', (options) =>
          client.send(new sdk.DescribeSchemaCommand({ RegistryName: registryName, SchemaName: schemaName }), options),
        ),
      );
      return found?.Content;
    },
    versions: (schemaName) =>
      call('schemas:ListSchemaVersions', async (options) => {
        const found: string[] = [];
        for await (const page of sdk.paginateListSchemaVersions(
          { client },
          { RegistryName: registryName, SchemaName: schemaName },
          options,
        )) {
          found.push(...(page.SchemaVersions ?? []).flatMap(({ SchemaVersion }) => SchemaVersion ?? []));
        }
        return found.sort((one, other) => Number(one) - Number(other));
      }),
    async createRegistry() {
      await call('schemas:CreateRegistry', (options) =>
        client.send(new sdk.CreateRegistryCommand({ RegistryName: registryName }), options),
      );
    },
    async create(schemaName, content) {
      await call('schemas:CreateSchema', (options) =>
        client.send(
          new sdk.CreateSchemaCommand({
            RegistryName: registryName,
            SchemaName: schemaName,
            Content: content,
            Type: 'OpenApi3',
          }),
          options,
        ),
      );
    },
    async update(schemaName, content) {
      await call('schemas:UpdateSchema', (options) =>
        client.send(
          new sdk.UpdateSchemaCommand({
            RegistryName: registryName,
            SchemaName: schemaName,
            Content: content,
            Type: 'OpenApi3',
          }),
          options,
        ),
      );
    },
    async deleteVersion(schemaName, schemaVersion) {
      await call('schemas:DeleteSchemaVersion', (options) =>
        client.send(
          new sdk.DeleteSchemaVersionCommand({
            RegistryName: registryName,
            SchemaName: schemaName,
            SchemaVersion: schemaVersion,
          }),
          options,
        ),
      );
    },
  };
}
