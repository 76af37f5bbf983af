import { plain } from './plain';
import type { Profile } from './profile';

/** A model of the provider's. What it costs is told beside its name; LiteLLM knows none of these names. */
const model = (name: string, costs: Readonly<Record<string, number>> = {}) => ({
  model_name: name,
  litellm_params: {
    model: `openai/${name}`,
    api_base: 'os.environ/PROVIDER_URL',
    api_key: 'os.environ/PROVIDER_KEY',
    ...costs,
  },
});

/** Models behind a provider on this machine, so that spend, budgets and rates bite. An answer is ten tokens on ten. */
export const serving = {
  config: {
    ...plain.config,
    litellm_settings: {
      ...plain.config.litellm_settings,
      // The version of Playwright would be a tag of each request, with a budget and daily rows of its own.
      disable_add_user_agent_to_request_tags: true,
    },
    model_list: [
      // An answer costs 0.2.
      model('priced', { input_cost_per_token: 0.01, output_cost_per_token: 0.01 }),
      model('free', { input_cost_per_token: 0, output_cost_per_token: 0 }),
      model('unpriced'),
    ],
  },
  environment: ({ provider }) => ({ PROVIDER_URL: provider, PROVIDER_KEY: 'sk-of-the-loopback-provider' }),
  writesSpend: true,
} as const satisfies Profile;
