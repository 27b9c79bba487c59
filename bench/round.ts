import { setTimeout as sleep } from 'node:timers/promises';
import { inFlights, pathCounts, type Figures } from './measures.js';
import { oneWayPeers, type PeerName } from './peer.js';
import { Stage, type Setup } from './stage.js';

const WARM_UP_SECONDS = 2;
const warmUp = { inFlight: 32, paths: 64 };
const oneWayLoad = { inFlight: 256, paths: 64 };
const IDLE_MS = 500;

/** Measures one peer once, with new topics and processes: every load, an idle dispose, and frames one way. */
export async function measurePeer(peer: PeerName, setup: Setup): Promise<Figures> {
  return { ...(await roundTrips(peer, setup)), ...(oneWayPeers.includes(peer) ? await oneWay(peer, setup) : {}) };
}

async function roundTrips(peer: PeerName, setup: Setup): Promise<Figures> {
  await using stage = await Stage.start(peer, { sends: 'requester', receives: 'worker' }, setup);
  await stage.warmUp(WARM_UP_SECONDS, warmUp);
  const figures: Figures = {};
  for (const paths of pathCounts)
    for (const inFlight of inFlights) {
      const { count, seconds, p50Ms, p99Ms, cpuUs, brokerCpuUs } = await stage.phase({ inFlight, paths });
      figures[`rate_${inFlight}_${paths}`] = count / seconds;
      figures[`p50_${inFlight}_${paths}`] = p50Ms;
      figures[`p99_${inFlight}_${paths}`] = p99Ms;
      figures[`cpu_${inFlight}_${paths}`] = cpuUs / count;
      figures[`broker_cpu_${inFlight}_${paths}`] = brokerCpuUs / count;
    }
  await sleep(IDLE_MS);
  const { sender, receiver } = await stage.usage();
  figures.rss_requester = sender.peakRssMb;
  figures.rss_worker = receiver.peakRssMb;
  figures.dispose = await stage.close();
  return figures;
}

async function oneWay(peer: PeerName, setup: Setup): Promise<Figures> {
  await using stage = await Stage.start(peer, { sends: 'sender', receives: 'receiver' }, setup);
  await stage.warmUp(WARM_UP_SECONDS, oneWayLoad);
  const { count, seconds, cpuUs, brokerCpuUs } = await stage.oneWay(oneWayLoad);
  await stage.close();
  return { one_way_rate: count / seconds, one_way_cpu: cpuUs / count, one_way_broker_cpu: brokerCpuUs / count };
}
