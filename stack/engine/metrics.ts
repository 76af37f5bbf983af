/** The counters of Prisma's native engine, as far as they mean something here. */
export class Metrics {
  private started = 0;
  private active = 0;
  private readonly durations = buckets.map(() => 0);
  private durationSum = 0;
  private durationCount = 0;

  constructor(private readonly pool: { totalCount: number; idleCount: number; waitingCount: number }) {}

  /** Counts one request that holds this many queries. @returns what to call when it is answered */
  begin(queries: number): () => void {
    const start = performance.now();
    this.started += queries;
    this.active++;
    return () => {
      this.active--;
      const duration = performance.now() - start;
      this.durationSum += duration;
      this.durationCount++;
      const bucket = buckets.findIndex((bound) => duration <= bound);
      if (bucket >= 0) this.durations[bucket] = (this.durations[bucket] ?? 0) + 1;
    };
  }

  json(labels: Record<string, string>): unknown {
    const { counters, gauges } = this.values();
    const metric = ([key, description, value]: Value) => ({ key, labels, value, description });
    return {
      counters: counters.map(metric),
      gauges: gauges.map(metric),
      histograms: [
        {
          key: durationName,
          labels,
          value: {
            buckets: buckets.map((bound, index) => [bound, this.durations[index] ?? 0]),
            sum: this.durationSum,
            count: this.durationCount,
          },
          description: durationDescription,
        },
      ],
    };
  }

  prometheus(labels: Record<string, string>): string {
    const { counters, gauges } = this.values();
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const set = (...more: string[]) => (pairs.length + more.length === 0 ? '' : `{${[...pairs, ...more].join()}}`);
    const plain =
      (type: string) =>
      ([key, description, value]: Value) =>
        `# HELP ${key} ${description}\n# TYPE ${key} ${type}\n${key}${set()} ${value}\n\n`;
    let below = 0;
    const histogram = buckets.map((bound, index) => {
      below += this.durations[index] ?? 0;
      return `${durationName}_bucket${set(`le="${bound}"`)} ${below}\n`;
    });
    return [
      ...counters.map(plain('counter')),
      ...gauges.map(plain('gauge')),
      `# HELP ${durationName} ${durationDescription}\n# TYPE ${durationName} histogram\n`,
      ...histogram,
      `${durationName}_bucket${set('le="+Inf"')} ${this.durationCount}\n`,
      `${durationName}_sum${set()} ${this.durationSum}\n${durationName}_count${set()} ${this.durationCount}\n`,
    ].join('');
  }

  private values(): { counters: Value[]; gauges: Value[] } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return {
      counters: [['prisma_client_queries_total', 'Total number of Prisma Client queries executed', this.started]],
      gauges: [
        ['prisma_client_queries_active', 'Number of currently active Prisma Client queries', this.active],
        [
          'prisma_client_queries_wait',
          'Number of Prisma Client queries currently waiting for a connection',
          waitingCount,
        ],
        ['prisma_pool_connections_busy', 'Number of currently busy Pool Connections', totalCount - idleCount],
        ['prisma_pool_connections_idle', 'Number of currently unused Pool Connections', idleCount],
        ['prisma_pool_connections_open', 'Number of currently open Pool Connections', totalCount],
      ],
    };
  }
}

type Value = [key: string, description: string, value: number];

const durationName = 'prisma_client_queries_duration_histogram_ms';
const durationDescription = 'Histogram of the duration of all executed Prisma Client queries in ms';
/** Upper bounds in ms, Prisma's own. */
const buckets = [0, 1, 5, 10, 50, 100, 500, 1000, 5000, 50000];
