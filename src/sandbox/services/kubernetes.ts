import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { ServiceContext } from '../wire/service.ts';
import { clusterId } from '../world/permissions.ts';
import type { Cluster, World } from '../world/world.ts';

/** Where a cluster's API is, and who signed for it. */
export interface KubernetesEndpoint {
  endpoint: string;
  /** PEM. */
  authority: string;
}

export interface Kubernetes {
  endpointOf(world: World, cluster: Cluster): Promise<KubernetesEndpoint>;
  close(): Promise<void>;
}

/**
 * The Kubernetes APIs of the clusters, on a port of their own: kubectl sends tokens over TLS only. It listens, and
 * has a certificate made, when somebody first asks where it is.
 */
export function createKubernetes(
  serve: (answer: (context: ServiceContext) => Promise<Response>) => Promise<Response>,
  caller: string,
): Kubernetes {
  const start = async () => {
    const [{ makeCertificate }, { answer }] = await Promise.all([
      import('./kubernetes/certificate.ts'),
      import('./kubernetes/api.ts'),
    ]);
    const { authority, cert, key } = await makeCertificate();
    const server = createAdaptorServer({
      fetch: (request: Request) => serve((context) => answer(request, context, caller)),
      overrideGlobalObjects: false,
      createServer,
      serverOptions: { cert, key },
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return { authority, server, origin: `https://127.0.0.1:${port}` };
  };
  let started: ReturnType<typeof start> | undefined;
  return {
    async endpointOf(world, { name }) {
      started ??= start();
      const { origin, authority } = await started;
      return { endpoint: `${origin}/${clusterId(world, name)}`, authority };
    },
    async close() {
      if (!started) return;
      const { server } = await started;
      await closed(server);
    },
  };
}

/** Clients keep their sockets open; a server that closes does not wait for them. */
export function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
