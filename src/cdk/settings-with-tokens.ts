import { Token } from 'aws-cdk-lib';
import { serviceSettings, type ServiceInput, type ServiceSettings } from '../grants/service-settings.js';

/** Checks the settings. A name that only the deployment knows (a CDK token) is not checked, and stays as it is. */
export function settingsWithTokens(input: ServiceInput): ServiceSettings {
  const tokens = new Map<string, string>();
  const withoutTokens = mapTexts(input, (text) => {
    if (!Token.isUnresolved(text)) return text;
    const placeholder = [...tokens].find(([, token]) => token === text)?.[0] ?? `cdk-token-${tokens.size}-`;
    tokens.set(placeholder, text);
    return placeholder;
  });
  // A default group contains the name of its topic.
  return mapTexts(serviceSettings(withoutTokens), (text) =>
    [...tokens].reduce((all, [placeholder, token]) => all.replace(placeholder, () => token), text),
  );
}

function mapTexts<T>(value: T, of: (text: string) => string): T {
  if (typeof value === 'string') return of(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => mapTexts(one, of)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts<unknown>(one, of)])) as T;
}
