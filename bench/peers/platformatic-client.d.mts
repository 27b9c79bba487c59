import type { PeerInput } from '../peer.js';
import type { TunedClient } from './tuned-client.js';

export function platformaticClient(input: PeerInput): TunedClient;
