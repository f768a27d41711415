import { pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';

/** A value as SQLite keeps it. */
export type SqlValue = null | number | string | Uint8Array;

/** One result row by column name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A compiled statement; running it again binds new values. */
export interface SqlStatement {
  /** Executes and returns the row id of the last insert. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  /** Rows as arrays in column order, stepped lazily: a second call on the same statement ends the first. */
  iterate(...values: SqlValue[]): IterableIterator<readonly SqlValue[]>;
}

/**
 * How a database file is opened. `immutable` reads a file that nobody can change, without locks and without the
 * side files that SQLite's write-ahead log needs: the only way on a read-only file system.
 */
export type OpenMode = 'write' | 'read' | 'immutable';

/** The primary result codes of SQLite that are told apart; see https://sqlite.org/rescode.html. */
export const SQLITE = {
  error: 1,
  perm: 3,
  busy: 5,
  locked: 6,
  nomem: 7,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  toobig: 18,
  constraint: 19,
  mismatch: 20,
  notadb: 26,
} as const;

/** Sentences of `sqlite3_errstr`: while it steps through rows, the binding throws them without their code. */
const CODE_OF_SENTENCE: ReadonlyMap<string, number> = new Map([
  ['out of memory', SQLITE.nomem],
  ['database is locked', SQLITE.busy],
  ['database table is locked', SQLITE.locked],
  ['disk I/O error', SQLITE.ioerr],
  ['database disk image is malformed', SQLITE.corrupt],
  ['database or disk is full', SQLITE.full],
  ['file is not a database', SQLITE.notadb],
]);

/** What the binding says of an integer that JavaScript's numbers cannot hold; it has no code of SQLite. */
const TOO_LARGE = /^Value is too large to be represented/;

/** Primary result code of an error thrown by SQLite; undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if (TOO_LARGE.test(error.message)) return SQLITE.mismatch;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  if (!('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return undefined;
  // Other sentences tell of an error in a statement or in what it met, such as `integer overflow`.
  return CODE_OF_SENTENCE.get(error.message) ?? SQLITE.error;
}

/**
 * Keeps a statement for as long as its rows are read. The binding does not: a statement that is collected between two rows,
 * which takes a turn of the event loop, ends the process.
 */
const statementOf = new WeakMap<IterableIterator<readonly SqlValue[]>, object>();

/** One connection: the little of SQLite that this program needs, so that its binding can be exchanged in this file. */
export class SqliteDatabase {
  private readonly statements = new Map<string, SqlStatement>();
  /** Rows of the query that is running. */
  private emitted: (readonly SqlValue[])[] = [];

  private constructor(private readonly connection: InstanceType<typeof DatabaseSync>) {
    // Once: SQLite refuses to replace a function while a statement is stepping, and the binding then frees it twice.
    connection.function('emit_row', { varargs: true, directOnly: true }, (...row: SqlValue[]) => {
      this.emitted.push(row);
      return null;
    });
  }

  /** Opens the file; only mode `write` creates it. `busyTimeoutMs` is how long a locked database is waited for. */
  static open(path: string, mode: OpenMode, busyTimeoutMs: number): SqliteDatabase {
    const location = mode === 'immutable' ? `${pathToFileURL(path).href}?immutable=1` : path;
    const connection = new DatabaseSync(location, {
      readOnly: mode !== 'write',
      timeout: busyTimeoutMs,
      allowExtension: false,
      defensive: true,
    });
    // The file may come from anybody: what its schema calls runs with no rights, and cells are checked before they are read.
    connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    return new SqliteDatabase(connection);
  }

  /** Runs statements and discards their rows. */
  exec(sql: string): void {
    this.connection.exec(sql);
  }

  /**
   * Answers `SELECT columns rest` once, in no particular order. The binding gives a compiled statement back only when
   * it is garbage collected, and keeps the files of a closed connection open until then; a connection that did
   * nothing but `exec` and `query` is gone when it is closed.
   */
  query(columns: string, rest: string): (readonly SqlValue[])[] {
    this.emitted = [];
    this.connection.exec(`SELECT emit_row(${columns}) ${rest}`);
    const rows = this.emitted;
    this.emitted = [];
    return rows;
  }

  /** The number that a pragma without effect answers. */
  pragma(name: string): number {
    return Number(this.query(name, `FROM pragma_${name}`)[0]?.[0] ?? 0);
  }

  /** The compiled statement for `sql`, compiled once per connection. */
  statement(sql: string): SqlStatement {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.compile(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  /** A statement of the caller's own, for iterating while others run. */
  compile(sql: string): SqlStatement {
    const { connection } = this;
    const statement = connection.prepare(sql);
    return {
      run: (...values) => Number(statement.run(...values).lastInsertRowid),
      get: (...values) => statement.get(...values) as SqlRow | undefined,
      all: (...values) => statement.all(...values) as SqlRow[],
      iterate: (...values) => {
        statement.setReturnArrays(true);
        const rows = statement.iterate(...values) as IterableIterator<readonly SqlValue[]>;
        statementOf.set(rows, statement);
        return rows;
      },
    };
  }

  /** The single number that a compiled statement answers; 0 when it answers nothing. */
  number(sql: string, ...values: SqlValue[]): number {
    const row = this.statement(sql).get(...values);
    return row === undefined ? 0 : Number(Object.values(row)[0] ?? 0);
  }

  get inTransaction(): boolean {
    return this.connection.isTransaction;
  }

  /** Runs `work` in one write transaction: all of it is kept, or nothing when it throws. */
  transaction<T>(work: () => T): T {
    return this.bracket('BEGIN IMMEDIATE', work);
  }

  /** Runs `work` in one read transaction: it sees one state of the database. Nested calls share the outer one. */
  readTransaction<T>(work: () => T): T {
    return this.inTransaction ? work() : this.bracket('BEGIN', work);
  }

  /** Closes the connection; see `query` for when its files are closed. */
  close(): void {
    this.statements.clear();
    if (this.connection.isOpen) this.connection.close();
  }

  private bracket<T>(begin: string, work: () => T): T {
    this.exec(begin);
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk or an I/O error may already have rolled back.
      if (this.inTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }
}
