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

-- TRUNCATE fires no row trigger: what it is about to take away is noted as deleted.
CREATE FUNCTION behavior.note_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO behavior.log (relation, old_row) SELECT %s, t::text FROM %s t', TG_RELID, TG_RELID::regclass);
  RETURN NULL;
END $$;

-- A row's primary key: its values, joined by slashes. Of a table that has none, the whole row.
CREATE FUNCTION behavior.id_of(relation oid, row_text text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  keys text;
  id text;
BEGIN
  SELECT string_agg(format('(r).%I::text', attname), ' || ''/'' || ' ORDER BY position) INTO keys
    FROM pg_index, unnest(indkey) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_attribute ON attrelid = relation AND pg_attribute.attnum = k.attnum
   WHERE indrelid = relation AND indisprimary;
  EXECUTE format('SELECT %s FROM (SELECT $1::%s AS r) AS row', coalesce(keys, 'r::text'), relation::regclass)
    INTO id USING row_text;
  RETURN id;
END $$;

-- One change as JSON, the rows' columns in the table's order: {table, id, old_row, new_row}.
CREATE FUNCTION behavior.told(entry behavior.log) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  told json;
BEGIN
  EXECUTE format(
    'SELECT json_build_object(''table'', $3, ''id'', $4, ''old_row'', row_to_json($1::%1$s), ''new_row'', row_to_json($2::%1$s))',
    entry.relation::regclass
  ) INTO told USING entry.old_row, entry.new_row, (SELECT relname::text FROM pg_class WHERE oid = entry.relation),
    behavior.id_of(entry.relation, coalesce(entry.new_row, entry.old_row));
  RETURN told;
END $$;

-- What happened after an entry of the log, oldest first.
CREATE FUNCTION behavior.effects_after(mark bigint) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(behavior.told(log) ORDER BY log.id), '[]') FROM behavior.log WHERE log.id > mark
$$;

-- Whether a proxy may remember something of these changes when they have been taken back, under an id that lives on or
-- comes again. It forgets nothing by itself for a minute, or ever.
--
-- It may not where a row was born meanwhile and either carries the mark of whoever made it, or has an id that nobody
-- chose; of kinds, that is, which it asks for one by one. Whatever else it keeps, such as settings and models, it keeps
-- as a whole, so every change of those counts.
CREATE FUNCTION behavior.is_remembered(entries behavior.log[], own text, background text[])
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  entry behavior.log;
  name text;
  -- The rows that were born meanwhile, as they are at this point.
  born text[] := '{}';
BEGIN
  FOREACH entry IN ARRAY entries LOOP
    SELECT relname INTO name FROM pg_class WHERE oid = entry.relation;
    CONTINUE WHEN name = ANY (background);
    IF NOT name = ANY ('{LiteLLM_AccessGroupTable,LiteLLM_AuditLog,LiteLLM_BudgetTable,LiteLLM_DailyTeamSpend,
      LiteLLM_DeletedTeamTable,LiteLLM_DeletedVerificationToken,LiteLLM_ObjectPermissionTable,
      LiteLLM_OrganizationMembership,LiteLLM_OrganizationTable,LiteLLM_ProjectTable,LiteLLM_SpendLogs,
      LiteLLM_TeamMembership,LiteLLM_TeamTable,LiteLLM_UserTable,LiteLLM_VerificationToken}') THEN
      RETURN true;
    ELSIF entry.old_row IS NULL THEN
      IF (own = '' OR strpos(entry.new_row, own) = 0) AND behavior.id_of(entry.relation, entry.new_row)
        !~ '^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$' THEN
        RETURN true;
      END IF;
    ELSIF NOT (entry.relation::text || entry.old_row) = ANY (born) THEN
      RETURN true;
    END IF;
    IF entry.new_row IS NOT NULL THEN born := born || (entry.relation::text || entry.new_row); END IF;
  END LOOP;
  RETURN false;
END $$;

-- Takes these changes back, newest first.
CREATE FUNCTION behavior.reverse(entries behavior.log[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  entry behavior.log;
  name regclass;
  -- Those that can be written: PostgreSQL makes the generated ones itself.
  columns text;
  old_values text;
  changes text;
  same text;
BEGIN
  -- Until the end of this transaction nothing is noted, and foreign keys are looked at last.
  PERFORM set_config('behavior.capture', 'off', true);
  SET CONSTRAINTS ALL DEFERRED;
  FOR i IN REVERSE coalesce(array_length(entries, 1), 0)..1 LOOP
    entry := entries[i];
    name := entry.relation;
    SELECT string_agg(format('%I', attname), ', '), string_agg(format('(o).%I', attname), ', '),
        -- An identity that is always generated cannot be changed, so it was not.
        string_agg(format('%1$I = (o).%1$I', attname), ', ') FILTER (WHERE attidentity <> 'a')
      INTO columns, old_values, changes
      FROM pg_attribute WHERE attrelid = name AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    SELECT string_agg(format('t.%1$I = (n).%1$I', attname), ' AND ') INTO same
      FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
     WHERE indrelid = name AND indisprimary;
    -- Without a primary key: one of the rows that read the same.
    same := coalesce(same, format('t.ctid = (SELECT ctid FROM %s s WHERE s::text = n::text LIMIT 1)', name));
    IF entry.new_row IS NULL THEN
      EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %3$s FROM (SELECT $1::%1$s AS o) AS change',
        name, columns, old_values) USING entry.old_row;
    ELSIF entry.old_row IS NULL THEN
      EXECUTE format('DELETE FROM %1$s t USING (SELECT $1::%1$s AS n) AS change WHERE %2$s', name, same)
        USING entry.new_row;
    ELSE
      EXECUTE format('UPDATE %1$s t SET %2$s FROM (SELECT $1::%1$s AS o, $2::%1$s AS n) AS change WHERE %3$s',
        name, changes, same) USING entry.old_row, entry.new_row;
    END IF;
  END LOOP;
END $$;

-- Takes everything back that the log holds, and empties it.
--
-- own: what rows carry that whoever is undone made for itself; empty: nothing
-- background: tables whose changes nobody asked for
-- effects: what happened after the mark, as from effects_after
-- remembered: see is_remembered
CREATE FUNCTION behavior.undo(mark bigint, own text, background text[], OUT effects json, OUT remembered boolean)
LANGUAGE plpgsql AS $$
DECLARE
  entries behavior.log[];
BEGIN
  -- These very entries: a proxy may write another one at any moment.
  WITH gone AS (DELETE FROM behavior.log RETURNING log)
  SELECT coalesce(array_agg((gone.log) ORDER BY (gone.log).id), '{}') INTO entries FROM gone;
  SELECT coalesce(json_agg(behavior.told(entry) ORDER BY (entry).id), '[]') INTO effects
    FROM unnest(entries) AS entry WHERE (entry).id > mark;
  remembered := behavior.is_remembered(entries, own, background);
  PERFORM behavior.reverse(entries);
END $$;

-- Last, when every table is there: triggers on each, and foreign keys that can wait for the end of a transaction.
DO $$
DECLARE
  item record;
  captured constant text := 'current_setting(''behavior.capture'', true) IS DISTINCT FROM ''off''';
BEGIN
  -- What a release's own triggers wrote is in the log like everything else; they are not to write it again on the way
  -- back. 1.106.0 has one, which counts the changes of LiteLLM_MCPServerTable in LiteLLM_Config.
  FOR item IN
    SELECT tgname, tgrelid::regclass AS name, tgqual IS NOT NULL AS has_condition, pg_get_triggerdef(t.oid) AS definition
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
     WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', item.tgname, item.name);
    EXECUTE CASE WHEN item.has_condition
      THEN replace(item.definition, ' WHEN (', ' WHEN (' || captured || ' AND ')
      ELSE replace(item.definition, ' EXECUTE FUNCTION ', ' WHEN (' || captured || ') EXECUTE FUNCTION ') END;
  END LOOP;
  FOR item IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
    EXECUTE format(
      'CREATE TRIGGER behavior_note AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION behavior.note()',
      item.name, captured
    );
    EXECUTE format(
      'CREATE TRIGGER behavior_note_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION behavior.note_truncate()',
      item.name
    );
  END LOOP;
  FOR item IN
    SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY IMMEDIATE', item.name, item.conname);
  END LOOP;
END $$;
