/** Where a proxy finds what stands for the world outside. */
export interface Outside {
  /** The provider of models, OpenAI's interface, as `http://127.0.0.1:1234/v1`. */
  readonly provider: string;
  /** The public keys of the issuer of tokens, a JSON Web Key Set. */
  readonly keySet: string;
}

/** One proxy configuration. */
export interface Profile {
  /**
   * LiteLLM's configuration file. No secret stands in it, nor the address of a database: LiteLLM takes both from the
   * environment that its launcher gives it.
   */
  readonly config: {
    readonly general_settings: Readonly<Record<string, unknown>>;
    readonly litellm_settings: Readonly<Record<string, unknown>>;
    readonly model_list?: readonly unknown[];
  };
  /** The Python modules that the configuration names. They lie in this folder, and beside the written configuration. */
  readonly modules?: readonly string[];
  /** What its proxies' environment says beyond that; left out: nothing, and they need nothing of the world outside. */
  readonly environment?: (outside: Outside) => Readonly<Record<string, string>>;
  /**
   * Settings that LiteLLM reads from its environment while it is imported (`litellm/constants.py`), by name: a proxy has
   * them as if they had stood there.
   */
  readonly constants?: Readonly<Record<string, string>>;
  /** What a request has spent is written before its answer ends. LiteLLM does so every ten seconds or later. */
  readonly writesSpend?: true;
}
