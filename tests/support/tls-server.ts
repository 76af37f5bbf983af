import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { generate } from 'selfsigned';

import { withClient } from '../../stack/postgres/cluster';
import { withOwnCluster } from './own-cluster';

/** A PostgreSQL with TLS. */
export interface TlsServer {
  /** The address of its database `postgres`, for a role that is let in in any way, and for one with TLS only. */
  readonly anyWay: string;
  readonly tlsOnly: string;
  /** The file of its certificate, which nobody but itself vouches for; and one of another such server. */
  readonly certificate: string;
  readonly foreign: string;
}

/** Runs `work` with a PostgreSQL that has TLS and a certificate for 127.0.0.1. */
export async function withTlsServer(work: (server: TlsServer) => Promise<void>): Promise<void> {
  const [own, another] = await Promise.all([certificateFor('127.0.0.1'), certificateFor('127.0.0.1')]);
  await withOwnCluster(
    async (cluster, folder) => {
      const [certificate, foreign] = [path.join(folder, 'own.crt'), path.join(folder, 'foreign.crt')];
      writeFileSync(certificate, own.cert);
      writeFileSync(foreign, another.cert);
      const anyWay = cluster.url('postgres');
      await withClient(anyWay, (client) => client.query('CREATE ROLE tls_only SUPERUSER LOGIN'));
      const tlsOnly = `postgresql://tls_only@127.0.0.1:${cluster.port}/postgres`;
      await work({ anyWay, tlsOnly, certificate, foreign });
    },
    (dataFolder) => {
      writeFileSync(path.join(dataFolder, 'server.crt'), own.cert);
      writeFileSync(path.join(dataFolder, 'server.key'), own.private, { mode: 0o600 });
      appendFileSync(path.join(dataFolder, 'postgresql.conf'), 'ssl = on\n');
      writeFileSync(
        path.join(dataFolder, 'pg_hba.conf'),
        'hostssl all tls_only 127.0.0.1/32 trust\nhost all behavior 127.0.0.1/32 password\n',
      );
    },
  );
}

const certificateFor = (ip: string) =>
  generate([{ name: 'commonName', value: ip }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip }] },
    ],
  });
