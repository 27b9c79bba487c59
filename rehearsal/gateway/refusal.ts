/** Why someone was not let in, or was not let do something: a closed list, for programs. */
export type RefusalReason =
  // what came is not a login as we know it
  | 'not_tls'
  | 'no_login_in_time'
  | 'frame_too_large'
  | 'malformed'
  | 'not_logged_in'
  | 'mechanism_unsupported'
  | 'handshake_version'
  | 'too_many_connections'
  // the token
  | 'token_malformed'
  | 'parameter_unknown'
  | 'parameter_repeated'
  | 'parameter_missing'
  | 'algorithm_wrong'
  | 'action_wrong'
  | 'service_wrong'
  | 'region_wrong'
  | 'host_wrong'
  | 'signed_headers_wrong'
  | 'date_wrong'
  | 'expires_wrong'
  | 'expired'
  | 'key_unknown'
  | 'session_token_wrong'
  | 'signature_wrong'
  // the role
  | 'connect_not_granted'
  | 'identity_changed'
  | 'write_data_idempotently_not_granted'
  | 'names_not_decided'
  // what is behind, or the gateway itself
  | 'refused_by_kafka'
  | 'broker_unreachable'
  | 'internal';

/** A refusal with its cause in words that name no secret. */
export class GatewayRefusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    sentence: string,
    /** Who it was, as far as the login said and as far as it may be shown. */
    readonly who: { accessKeyId?: string; roleArn?: string } = {},
  ) {
    super(sentence);
  }
}
