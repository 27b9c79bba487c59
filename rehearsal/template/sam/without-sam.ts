import type { TemplateDocument, TemplateResource } from '../load/document.js';
import { LANGUAGE_EXTENSIONS, otherTransforms, SAM, transformsOf } from '../load/transforms.js';
import { isRecord } from '../resolve/values.js';
import { samMappings } from './events.js';
import { globalsFor, globalsOf, merged, mergedPlaces } from './globals.js';
import { roleOf, SAM_POLICIES_KEY, samRole } from './roles.js';

type Properties = Readonly<Record<string, unknown>>;

const GLOBALS = 'Globals.Function';

/**
 * A SAM template as plain CloudFormation, as far as functions are concerned. Each AWS::Serverless::Function becomes a
 * function, the role that SAM creates for it if it has none, and mappings for its Kafka events. Layers become layers.
 * Other SAM types are left unchanged: a name is made up for them if something refers to them. `Transform` stays, because
 * these types need it when the result is read again.
 */
export function withoutSam(document: TemplateDocument): TemplateDocument {
  const { Globals: _globals, ...rest } = document;
  const { Transform, incomplete } = document;
  const globals = globalsOf(document);
  const transforms = transformsOf(Transform);
  return {
    ...rest,
    transformed: transforms.includes(SAM),
    extended: transforms.includes(LANGUAGE_EXTENSIONS),
    incomplete: incomplete === true || otherTransforms(Transform).length > 0,
    Resources: Object.fromEntries(
      Object.entries(document.Resources).flatMap(([id, resource]): [string, TemplateResource][] => {
        if (resource.Type === 'AWS::Serverless::Function') return plainFunction(id, resource, globals);
        if (resource.Type === 'AWS::Serverless::LayerVersion') return [[id, plainLayer(id, resource)]];
        return [[id, resource]];
      }),
    ),
  };
}

/**
 * Properties of a SAM function that AWS::Lambda::Function does not have, or has in another form (SAM's developer
 * guide, "AWS::Serverless::Function"). All others are passed on, as SAM does.
 */
const ownOfSam = [
  'AssumeRolePolicyDocument', 'AutoPublishAlias', 'AutoPublishAliasAllProperties', 'AutoPublishCodeSha256', 'CodeUri',
  'DeadLetterQueue', 'DeploymentPreference', 'EventInvokeConfig', 'Events', 'FunctionUrlConfig', 'ImageUri',
  'InlineCode', 'PermissionsBoundary', 'Policies', 'PropagateTags', 'ProvisionedConcurrencyConfig', 'RolePath', 'Tags',
  'Tracing', 'VersionDeletionPolicy', 'VersionDescription',
]; // prettier-ignore

/**
 * Properties that a rehearsal reads. They have the place of the function also if they are in `Globals`: an answer sets
 * them for one function.
 */
const answerable = [
  'Architectures', 'Environment', 'FunctionName', 'Handler', 'Layers', 'LoggingConfig', 'MemorySize', 'PackageType',
  'Runtime', 'Timeout', 'VpcConfig',
]; // prettier-ignore

function plainFunction(id: string, resource: TemplateResource, globals: Properties): [string, TemplateResource][] {
  const general = globalsFor(resource, globals);
  const own = resource.Properties ?? {};
  const properties = merged(general, own) as Properties;
  const condition = resource.Condition === undefined ? {} : { Condition: resource.Condition };
  const role = `${id}Role`;
  const { value: roleArn, isMade } = roleOf(properties['Role'], { 'Fn::GetAtt': [role, 'Arn'] });
  const at = `Resources.${id}.Properties`;
  const codeKey = codeKeys.find((key) => key in properties) ?? 'CodeUri';
  const ofGlobals = mergedPlaces(general, own, { general: GLOBALS, own: at });
  const made: TemplateResource = {
    ...resource,
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...Object.fromEntries(Object.entries(properties).filter(([key]) => !ownOfSam.includes(key))),
      Code: codeOf(properties),
      Role: roleArn,
    },
    origins: {
      ...Object.fromEntries(Object.entries(ofGlobals).filter(([key]) => key in general && !answerable.includes(key))),
      ...codeOrigins('Code', codeKey, properties[codeKey], `${at}.${codeKey}`),
    },
    general: {
      ...ofGlobals,
      ...(codeKey in ofGlobals ? codeOrigins('Code', codeKey, general[codeKey], `${GLOBALS}.${codeKey}`) : {}),
    },
    ...('Role' in properties ? {} : { added: ['Role'] }),
  };
  const mappings = samMappings(id, properties['Events'], condition);
  if (!isMade) return [[id, made], ...mappings];
  const roleResource: TemplateResource = {
    Type: 'AWS::IAM::Role',
    Properties: samRole(properties),
    ...condition,
    origins: Object.fromEntries(Object.entries(roleKeys).map(([key, from]) => [key, `${at}.${from}`])),
    general: Object.fromEntries(
      Object.entries(roleKeys).flatMap(([key, from]) =>
        Object.entries(ofGlobals).flatMap(([name, place]) =>
          name === from || name.startsWith(`${from}.`) ? [[`${key}${name.slice(from.length)}`, place] as const] : [],
        ),
      ),
    ),
    added: ['ManagedPolicyArns'],
    madeFor: id,
  };
  return [[id, made], [role, roleResource], ...mappings];
}

/** Where the properties of the role that SAM makes are in the function. */
const roleKeys: Readonly<Record<string, string>> = {
  [SAM_POLICIES_KEY]: 'Policies',
  PermissionsBoundary: 'PermissionsBoundary',
  Path: 'RolePath',
  Tags: 'Tags',
};

function plainLayer(id: string, resource: TemplateResource): TemplateResource {
  const { ContentUri: uri, ...others } = resource.Properties ?? {};
  return {
    ...resource,
    Type: 'AWS::Lambda::LayerVersion',
    Properties: { ...others, Content: located(uri) },
    origins: codeOrigins('Content', 'ContentUri', uri, `Resources.${id}.Properties.ContentUri`),
  };
}

const codeKeys = ['InlineCode', 'ImageUri', 'CodeUri'];

function codeOf({ CodeUri: uri, InlineCode: inline, ImageUri: image }: Properties): unknown {
  if (inline !== undefined) return { ZipFile: inline };
  if (image !== undefined) return { ImageUri: image };
  return located(uri);
}

/**
 * The places of the code, and of what `codeOf` and `located` put into it.
 *
 * @param key of the code in the result
 * @param from its key in SAM's resource, `value` and `place` are of that
 */
function codeOrigins(key: string, from: string, value: unknown, place: string): Record<string, string> {
  if (isRecord(value) && 'Bucket' in value) {
    return { [key]: place, [`${key}.S3Bucket`]: `${place}.Bucket`, [`${key}.S3Key`]: `${place}.Key` };
  }
  const part = from === 'InlineCode' ? 'ZipFile' : from === 'ImageUri' ? 'ImageUri' : 'LocalPath';
  return { [key]: place, [`${key}.${part}`]: place };
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
