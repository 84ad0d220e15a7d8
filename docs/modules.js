// A plugin of typedoc: modules are called what users import.
import { Converter } from 'typedoc';

const NAMES = {
  index: 'millrace',
  core: 'millrace/core',
  'parallel/index': 'millrace/parallel',
  parallel: 'millrace/parallel',
  'inspect/index': 'millrace/inspect',
  inspect: 'millrace/inspect',
  'parallel/pool/piscina': 'millrace/parallel/piscina',
};

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = NAMES[module.name] ?? module.name;
  });
}
