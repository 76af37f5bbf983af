-- schema.prisma as SQL.
CREATE TYPE "Rank" AS ENUM ('CAPTAIN', 'SAILOR');

CREATE TABLE "Ship" (
  "ship_id" TEXT PRIMARY KEY,
  "name" TEXT NOT NULL UNIQUE,
  "metadata" JSONB NOT NULL DEFAULT '{}',
  "log" JSONB,
  "entries" JSONB[],
  "tonnage" BIGINT,
  "length" DOUBLE PRECISION,
  "decks" INTEGER,
  "afloat" BOOLEAN NOT NULL DEFAULT true,
  "tags" TEXT[],
  "launched" TIMESTAMP(3),
  "price" DECIMAL(65, 30),
  "flag" BYTEA,
  "built" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "crew_list" (
  "sailor_id" TEXT PRIMARY KEY,
  "name" TEXT NOT NULL,
  "rank" "Rank" NOT NULL DEFAULT 'SAILOR',
  "former" "Rank"[],
  "notes" JSONB,
  "ship_id" TEXT REFERENCES "Ship" ("ship_id") ON DELETE SET NULL ON UPDATE CASCADE,
  UNIQUE ("ship_id", "name")
);
