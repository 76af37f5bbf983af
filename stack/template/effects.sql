-- The effect log of a lane: every row change in LiteLLM's schema, and the way back.
--
-- A row is kept as PostgreSQL writes a composite value, which is exact for every type; JSON would fold the null of jsonb
-- into the null of SQL. Cascades log the parent's row before its children's.

CREATE TABLE behavior.log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  relation oid NOT NULL,
  -- Null: the row was inserted.
  old_row text,
  -- Null: the row was deleted.
  new_row text
);

CREATE FUNCTION behavior.note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_row text := CASE WHEN TG_OP <> 'INSERT' THEN OLD::text END;
  new_row text := CASE WHEN TG_OP <> 'DELETE' THEN NEW::text END;
BEGIN
  IF old_row IS DISTINCT FROM new_row THEN
    INSERT INTO behavior.log (relation, old_row, new_row) VALUES (TG_RELID, old_row, new_row);
  END IF;
  RETURN NULL;
END $$;

-- What happened after an entry of the log, oldest first: the rows as JSON, whose columns are in the table's order.
CREATE FUNCTION behavior.effects_after(mark bigint)
RETURNS TABLE ("table" text, id text, old_row json, new_row json) LANGUAGE plpgsql AS $$
DECLARE
  entry record;
  keys text;
BEGIN
  FOR entry IN
    SELECT log.*, relname, relation::regclass AS name FROM behavior.log JOIN pg_class ON pg_class.oid = relation
     WHERE log.id > mark ORDER BY log.id
  LOOP
    SELECT string_agg(format('(r).%I::text', attname), ' || ''/'' || ' ORDER BY position) INTO keys
      FROM pg_index, unnest(indkey) WITH ORDINALITY AS k (attnum, position)
      JOIN pg_attribute ON attrelid = entry.relation AND pg_attribute.attnum = k.attnum
     WHERE indrelid = entry.relation AND indisprimary;
    EXECUTE format('SELECT %s FROM (SELECT $1::%s AS r) AS row', keys, entry.name)
      INTO id USING coalesce(entry.new_row, entry.old_row);
    EXECUTE format('SELECT row_to_json($1::%1$s), row_to_json($2::%1$s)', entry.name)
      INTO old_row, new_row USING entry.old_row, entry.new_row;
    "table" := entry.relname;
    RETURN NEXT;
  END LOOP;
END $$;

-- Takes everything back that the log holds, newest first, and empties it. Says which tables it touched.
CREATE FUNCTION behavior.undo() RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  entry record;
  columns text;
  same text;
  touched text[] := '{}';
BEGIN
  -- Until the end of this transaction nothing is noted, and foreign keys are looked at last.
  PERFORM set_config('behavior.capture', 'off', true);
  SET CONSTRAINTS ALL DEFERRED;
  FOR entry IN
    SELECT log.*, relname, relation::regclass AS name FROM behavior.log JOIN pg_class ON pg_class.oid = relation
     ORDER BY log.id DESC
  LOOP
    IF entry.new_row IS NULL THEN
      EXECUTE format('INSERT INTO %1$s SELECT ($1::%1$s).*', entry.name) USING entry.old_row;
    ELSE
      SELECT string_agg(format('t.%1$I = (n).%1$I', attname), ' AND ') INTO same
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
       WHERE indrelid = entry.relation AND indisprimary;
      IF entry.old_row IS NULL THEN
        EXECUTE format('DELETE FROM %1$s t USING (SELECT $1::%1$s AS n) AS change WHERE %2$s', entry.name, same)
          USING entry.new_row;
      ELSE
        SELECT string_agg(format('%1$I = (o).%1$I', attname), ', ') INTO columns
          FROM pg_attribute WHERE attrelid = entry.relation AND attnum > 0 AND NOT attisdropped;
        EXECUTE format(
          'UPDATE %1$s t SET %2$s FROM (SELECT $1::%1$s AS o, $2::%1$s AS n) AS change WHERE %3$s',
          entry.name, columns, same
        ) USING entry.old_row, entry.new_row;
      END IF;
    END IF;
    IF NOT entry.relname = ANY (touched) THEN touched := touched || entry.relname::text; END IF;
  END LOOP;
  DELETE FROM behavior.log;
  RETURN touched;
END $$;

-- Last, when every table is there: a trigger on each, and foreign keys that can wait for the end of a transaction.
DO $$
DECLARE
  item record;
BEGIN
  FOR item IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
    EXECUTE format(
      'CREATE TRIGGER behavior_note AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW
         WHEN (current_setting(''behavior.capture'', true) IS DISTINCT FROM ''off'') EXECUTE FUNCTION behavior.note()',
      item.name
    );
  END LOOP;
  FOR item IN
    SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY IMMEDIATE', item.name, item.conname);
  END LOOP;
END $$;
