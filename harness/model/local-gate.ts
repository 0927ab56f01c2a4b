import type { Gate } from "../core/gate.ts";
import type { Hash } from "../core/json.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createEndpointPool, type EndpointPool } from "./endpoint-pool.ts";
import { withMargin } from "./pace.ts";

/** Limits kept in this process, for all of its child processes together: one pool an endpoint, callers served in order. */
export function localGate(clock: Clock = systemClock): Gate {
  const pools = new Map<Hash, EndpointPool>();
  return {
    async admit(endpoint, tokens, signal) {
      signal?.throwIfAborted();
      if (endpoint === undefined) return { at: clock.date(), end: () => undefined };
      const { key, concurrency, rpm, tpm } = endpoint;
      const pool = pools.get(key) ?? createEndpointPool([{ concurrency, rpm: withMargin(rpm), tpm }], clock);
      pools.set(key, pool);
      const lease = await pool.acquire({ tokens, signal });
      return {
        at: clock.date(),
        end({ tokens: used, pauseMs }) {
          pool.release(lease, pauseMs === undefined ? { kind: "ok", tokens: used } : { kind: "slow-down", pauseMs });
        },
      };
    },
  };
}
