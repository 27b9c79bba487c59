import type { TemplateDocument, TemplateResource } from '../load/document.js';
import { otherTransforms } from '../load/transforms.js';
import { intrinsicName } from '../resolve/intrinsics.js';
import { isRecord } from '../resolve/values.js';
import { samMappings } from './events.js';
import { SAM_POLICIES_KEY, samRole } from './roles.js';

type Properties = Readonly<Record<string, unknown>>;

/**
 * A SAM template as plain CloudFormation, as far as functions are concerned. Each AWS::Serverless::Function becomes a
 * function, the role that SAM creates for it if it has none, and mappings for its Kafka events. Layers become layers.
 * Other SAM types are left unchanged: a name is made up for them if something refers to them.
 */
export function withoutSam(document: TemplateDocument): TemplateDocument {
  const { Transform, Globals, ...rest } = document;
  const globals = isRecord(Globals?.['Function']) ? Globals['Function'] : {};
  return {
    ...rest,
    ...(Transform === undefined ? {} : { transformed: true, incomplete: otherTransforms(Transform).length > 0 }),
    Resources: Object.fromEntries(
      Object.entries(document.Resources).flatMap(([id, resource]): [string, TemplateResource][] => {
        if (resource.Type === 'AWS::Serverless::Function') return plainFunction(id, resource, globals);
        if (resource.Type === 'AWS::Serverless::LayerVersion') return [[id, plainLayer(id, resource)]];
        return [[id, resource]];
      }),
    ),
  };
}

/** Properties with the same meaning in both. */
const shared = [
  'Architectures',
  'Environment',
  'FunctionName',
  'Handler',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'Runtime',
  'Timeout',
  'VpcConfig',
];

function plainFunction(id: string, resource: TemplateResource, globals: Properties): [string, TemplateResource][] {
  const properties = merged(globals, resource.Properties ?? {}) as Properties;
  const condition = resource.Condition === undefined ? {} : { Condition: resource.Condition };
  const role = `${id}Role`;
  const at = `Resources.${id}.Properties`;
  const made: TemplateResource = {
    ...resource,
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...Object.fromEntries(shared.flatMap((key) => (key in properties ? [[key, properties[key]] as const] : []))),
      Code: codeOf(properties),
      Role: properties['Role'] ?? { 'Fn::GetAtt': [role, 'Arn'] },
    },
    origins: { Code: `${at}.${codeKeys.find((key) => key in properties) ?? 'CodeUri'}` },
  };
  const mappings = samMappings(id, properties['Events'], condition);
  if (properties['Role'] !== undefined) return [[id, made], ...mappings];
  const roleResource: TemplateResource = {
    Type: 'AWS::IAM::Role',
    Properties: samRole(properties),
    ...condition,
    origins: {
      [SAM_POLICIES_KEY]: `${at}.Policies`,
      PermissionsBoundary: `${at}.PermissionsBoundary`,
      Path: `${at}.RolePath`,
    },
  };
  return [[id, made], [role, roleResource], ...mappings];
}

function plainLayer(id: string, resource: TemplateResource): TemplateResource {
  const { ContentUri: uri, ...others } = resource.Properties ?? {};
  return {
    ...resource,
    Type: 'AWS::Lambda::LayerVersion',
    Properties: { ...others, Content: located(uri) },
    origins: { Content: `Resources.${id}.Properties.ContentUri` },
  };
}

/** SAM's rule for Globals: maps are merged, lists are concatenated, all else is replaced. */
function merged(general: unknown, own: unknown): unknown {
  if (intrinsicName(general) !== undefined || intrinsicName(own) !== undefined) return own;
  if (Array.isArray(general) && Array.isArray(own)) return [...(general as unknown[]), ...(own as unknown[])];
  if (!isRecord(general) || !isRecord(own)) return own;
  return {
    ...general,
    ...Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, key in general ? merged(general[key], value) : value]),
    ),
  };
}

const codeKeys = ['InlineCode', 'ImageUri', 'CodeUri'];

function codeOf({ CodeUri: uri, InlineCode: inline, ImageUri: image }: Properties): unknown {
  if (inline !== undefined) return { ZipFile: inline };
  if (image !== undefined) return { ImageUri: image };
  return located(uri);
}

/** Where SAM's `CodeUri` and `ContentUri` point to: a local path, or S3. */
function located(uri: unknown): unknown {
  if (isRecord(uri) && 'Bucket' in uri) return { S3Bucket: uri['Bucket'], S3Key: uri['Key'] };
  if (typeof uri === 'string' && uri.startsWith('s3://')) {
    const [bucket, ...key] = uri.slice('s3://'.length).split('/');
    return { S3Bucket: bucket, S3Key: key.join('/') };
  }
  return uri === undefined ? {} : { LocalPath: uri };
}
