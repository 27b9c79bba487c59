/** Why a login or a request was refused: a closed list, for programs. */
export type RefusalReason =
  // not a valid login
  | 'not_tls'
  | 'certificate_not_trusted'
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
  // the broker, or the gateway itself
  | 'refused_by_kafka'
  | 'broker_unreachable'
  | 'internal';

/** A refusal, with a reason that contains no secret. */
export class GatewayRefusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    sentence: string,
    /** The identity of the client, as far as the login contains it and it may be shown. */
    readonly who: { accessKeyId?: string; roleArn?: string } = {},
  ) {
    super(sentence);
  }
}
