// The house, floor by floor, from the roof down: a floor may import what lies below it, never above.
const FLOORS = [
  ['src/main'],
  ['src/cli/', 'tui/'],
  ['src/appliance'],
  ['src/http/'],
  ['src/modules/', 'src/web/'],
  ['src/doctor/', 'src/probe/'],
  ['src/livekit/', 'src/jobs/', 'src/recording/', 'src/oidc/', 'src/backup/', 'src/upgrade/'],
  ['src/config/', 'src/db/', 'src/supervisor/', 'src/network/', 'src/access/'],
  ['src/lib/', 'src/troubles/'],
];

const below = FLOORS.slice(1).map((floor, i) => ({
  name: `nothing-above-${floor[0].replace(/\W+/g, '-').replace(/-$/, '')}`,
  comment: 'imports go down only, from floor to floor',
  severity: 'error',
  from: { path: `^(${floor.join('|')})` },
  to: {
    path: `^(${FLOORS.slice(0, i + 1)
      .flat()
      .join('|')})`,
  },
}));

module.exports = {
  forbidden: [
    ...below,
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'modules-share-types-only',
      comment: 'a module takes the types and schemas of another; its instances come from the appliance',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/modules/',
        pathNot: ['^src/modules/$1/', '/model\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'peers-on-one-floor-keep-apart',
      comment: 'config, db, supervisor, network and access know nothing of one another but types',
      severity: 'error',
      from: { path: '^src/(config|db|supervisor|network|access)/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/(config|db|supervisor|network|access)/',
        pathNot: '^src/$1/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-dashboard-speaks-http',
      comment: 'tui talks to the server over HTTP alone: types of src, nothing else',
      severity: 'error',
      from: { path: '^tui/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-dashboard-is-loaded-lazily',
      comment: 'Ink and React cost a daemon 9 MB: only cli/tui may reach them',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/tui' },
      to: { path: '^(tui/|node_modules/(ink|react)/)' },
    },
    {
      name: 'webrtc-is-loaded-lazily',
      comment: 'werift costs 30 MB: only a probe and the recorder may reach it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(probe/rtc|recording)/' },
      to: { path: '^node_modules/werift/' },
    },
    {
      name: 'sql-stays-in-repos',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: '(repo|\\.test)\\.ts$' },
      to: { path: 'node_modules/drizzle-orm|^bun:sqlite', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'production-code-knows-no-tests',
      severity: 'error',
      from: { path: '^(src|tui)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^test/|\\.test\\.tsx?$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'bun'] },
  },
};
