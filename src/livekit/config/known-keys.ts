import { atLeast } from './version.ts';

/**
 * What a value has to look like. `open` is a mapping whose inside is not looked at: names chosen by the operator,
 * or the tuning of congestion control and the like.
 */
export type KeyKind = 'bool' | 'int' | 'float' | 'text' | 'duration' | 'ports' | 'list' | 'map' | 'open';

interface KeyRow {
  readonly kind: KeyKind;
  /** The first version that certainly has it; without it 1.11.0 does. */
  readonly since?: string;
  /** The first version that has it no more. */
  readonly until?: string;
}

/**
 * Every key of livekit-server's configuration file. livekit-server refuses to start over a key that it does not
 * know, so Didar writes only what the version at hand knows. Read off the Config types of 1.11.0 and 1.13.5 (by
 * reflection), of 1.13.11 (its source), and the changelog for when in between; where that is silent, the
 * later version is taken.
 */
const KEYS: Readonly<Record<string, KeyKind | KeyRow>> = {
  port: 'int',
  bind_addresses: 'list',
  prometheus_port: 'int',
  prometheus: 'map',
  'prometheus.port': 'int',
  'prometheus.username': 'text',
  'prometheus.password': 'text',
  debug_handler: { kind: 'map', since: '1.13.5' },
  'debug_handler.port': { kind: 'int', since: '1.13.5' },
  rtc: 'map',
  'rtc.udp_port': 'ports',
  'rtc.tcp_port': 'int',
  'rtc.port_range_start': 'int',
  'rtc.port_range_end': 'int',
  'rtc.use_stun_port_as_ice': 'bool',
  'rtc.node_ip': 'text',
  'rtc.stun_servers': 'list',
  'rtc.use_external_ip': 'bool',
  'rtc.skip_external_ip_validation': { kind: 'bool', since: '1.13.0' },
  'rtc.advertise_internal_ip': { kind: 'bool', since: '1.13.0' },
  'rtc.use_ice_lite': 'bool',
  'rtc.interfaces': 'map',
  'rtc.interfaces.includes': 'list',
  'rtc.interfaces.excludes': 'list',
  'rtc.ips': 'map',
  'rtc.ips.includes': 'list',
  'rtc.ips.excludes': 'list',
  'rtc.enable_loopback_candidate': 'bool',
  'rtc.use_mdns': 'bool',
  'rtc.external_ip_only': 'bool',
  'rtc.batch_io': 'open',
  'rtc.sctp_min_cwnd': 'int',
  'rtc.sctp_fast_rtx_wnd': 'int',
  'rtc.sctp_cwnd_ca_step': 'int',
  'rtc.host_acceptance_min_wait': { kind: 'duration', since: '1.13.0' },
  'rtc.srflx_acceptance_min_wait': { kind: 'duration', since: '1.13.0' },
  'rtc.prflx_acceptance_min_wait': { kind: 'duration', since: '1.13.0' },
  'rtc.relay_acceptance_min_wait': { kind: 'duration', since: '1.13.0' },
  'rtc.force_tcp': 'bool',
  'rtc.turn_servers': 'list',
  'rtc.turn_servers[].host': 'text',
  'rtc.turn_servers[].port': 'int',
  'rtc.turn_servers[].protocol': 'text',
  'rtc.turn_servers[].username': 'text',
  'rtc.turn_servers[].credential': 'text',
  'rtc.turn_servers[].secret': 'text',
  'rtc.turn_servers[].secret_file': { kind: 'text', since: '1.13.0' },
  'rtc.turn_servers[].ttl': 'int',
  'rtc.strict_acks': 'bool',
  'rtc.packet_buffer_size': 'int',
  'rtc.packet_buffer_size_video': 'int',
  'rtc.packet_buffer_size_audio': 'int',
  'rtc.pli_throttle': 'open',
  'rtc.congestion_control': 'open',
  'rtc.allow_tcp_fallback': 'bool',
  'rtc.tcp_fallback_rtt_threshold': { kind: 'int', since: '1.13.5' },
  'rtc.allow_udp_unstable_fallback': { kind: 'bool', since: '1.13.5' },
  'rtc.reconnect_on_publication_error': 'bool',
  'rtc.reconnect_on_subscription_error': 'bool',
  'rtc.reconnect_on_data_channel_error': 'bool',
  'rtc.data_channel_max_buffered_amount': 'int',
  'rtc.datachannel_slow_threshold': 'int',
  'rtc.datachannel_lossy_target_latency': 'duration',
  'rtc.datachannel_data_track_target_latency': { kind: 'duration', since: '1.13.5' },
  'rtc.forward_stats': 'open',
  'rtc.enable_rtp_stream_restart_detection': 'bool',
  'rtc.enable_warp': { kind: 'bool', since: '1.13.11' },
  'rtc.rtx_budget': { kind: 'open', since: '1.13.11' },
  'rtc.flexfec': { kind: 'open', since: '1.13.11' },
  'rtc.turn_servers[].credentials_file': { kind: 'text', since: '1.13.11' },
  redis: 'map',
  'redis.address': 'text',
  'redis.username': 'text',
  'redis.password': 'text',
  'redis.db': 'int',
  'redis.use_tls': 'bool',
  'redis.tls': 'open',
  'redis.sentinel_master_name': 'text',
  'redis.sentinel_username': 'text',
  'redis.sentinel_password': 'text',
  'redis.sentinel_addresses': 'list',
  'redis.cluster_addresses': 'list',
  'redis.dial_timeout': 'int',
  'redis.read_timeout': 'int',
  'redis.write_timeout': 'int',
  'redis.max_redirects': 'int',
  'redis.pool_timeout': 'duration',
  'redis.pool_size': 'int',
  audio: 'open',
  video: 'map',
  'video.dynacast_pause_delay': 'duration',
  'video.stream_tracker_manager': 'open',
  'video.codec_regression_threshold': 'int',
  room: 'map',
  'room.auto_create': 'bool',
  'room.enabled_codecs': 'list',
  'room.enabled_codecs[].mime': 'text',
  'room.enabled_codecs[].fmtp_line': 'text',
  'room.max_participants': 'int',
  'room.empty_timeout': 'int',
  'room.departure_timeout': 'int',
  'room.enable_remote_unmute': 'bool',
  'room.playout_delay': 'open',
  'room.sync_streams': 'bool',
  'room.create_room_timeout': 'duration',
  'room.create_room_attempts': 'int',
  'room.update_batch_target_size': 'int',
  'room.max_metadata_size': 'int',
  'room.max_room_name_length': 'int',
  'room.max_participant_identity_length': 'int',
  'room.room_configurations': 'open',
  'room.create_room_enabled': { kind: 'bool', until: '1.13.0' },
  'room.enable_full_room_in_webhooks': { kind: 'bool', since: '1.13.11' },
  turn: 'map',
  'turn.enabled': 'bool',
  'turn.domain': 'text',
  'turn.cert_file': 'text',
  'turn.key_file': 'text',
  'turn.tls_port': 'int',
  'turn.udp_port': 'int',
  'turn.relay_range_start': 'int',
  'turn.relay_range_end': 'int',
  'turn.external_tls': 'bool',
  'turn.bind_addresses': 'list',
  'turn.ttl_seconds': { kind: 'int', since: '1.12.0' },
  'turn.allow_restricted_peer_cidrs': { kind: 'list', since: '1.12.0' },
  'turn.deny_peer_cidrs': { kind: 'list', since: '1.12.0' },
  'turn.proxy_protocol': { kind: 'bool', since: '1.13.11' },
  'turn.proxy_protocol_trusted_cidrs': { kind: 'list', since: '1.13.11' },
  'turn.per_user_relay_allocation_limit': { kind: 'int', since: '1.13.11' },
  ingress: 'map',
  'ingress.rtmp_base_url': 'text',
  'ingress.whip_base_url': 'text',
  'ingress.enable_udp_url_pull': { kind: 'bool', since: '1.13.11' },
  sip: 'map',
  webhook: 'map',
  'webhook.urls': 'list',
  'webhook.api_key': 'text',
  'webhook.url_notifier': 'open',
  'webhook.resource_url_notifier': 'open',
  'webhook.filter_params': 'map',
  'webhook.filter_params.include_events': 'list',
  'webhook.filter_params.exclude_events': 'list',
  node_selector: 'open',
  key_file: 'text',
  keys: 'open',
  region: 'text',
  signal_relay: 'open',
  psrpc: 'open',
  log_level: 'text',
  logging: 'map',
  'logging.json': 'bool',
  'logging.level': 'text',
  'logging.sample': 'bool',
  'logging.component_levels': 'open',
  'logging.sample_initial': 'int',
  'logging.sample_interval': 'int',
  'logging.item_sample_seconds': 'int',
  'logging.item_sample_initial': 'int',
  'logging.item_sample_interval': 'int',
  'logging.pion_level': 'text',
  limit: 'map',
  'limit.num_tracks': 'int',
  'limit.bytes_per_sec': 'float',
  'limit.subscription_limit_video': 'int',
  'limit.subscription_limit_audio': 'int',
  'limit.max_metadata_size': 'int',
  'limit.max_attributes_size': 'int',
  'limit.max_room_name_length': 'int',
  'limit.max_participant_identity_length': 'int',
  'limit.max_participant_name_length': 'int',
  'limit.max_data_blob_key_length': { kind: 'int', since: '1.13.5' },
  'limit.max_data_blobs_size': { kind: 'int', since: '1.13.5' },
  'limit.max_data_track_custom_encoding_length': { kind: 'int', since: '1.13.5' },
  'limit.subscribe_pace_shadow_rates': { kind: 'list', since: '1.13.11' },
  'limit.signal_message_size_limit': { kind: 'int', since: '1.13.11' },
  'limit.agent_signal_message_size_limit': { kind: 'int', since: '1.13.11' },
  'limit.max_api_request_body_size': { kind: 'int', since: '1.13.11' },
  agents: 'map',
  'agents.enable_user_data_recording': 'bool',
  'agents.enable_user_data_redaction': { kind: 'bool', since: '1.13.5' },
  'agents.target_load': 'float',
  'agents.endpoints': { kind: 'open', since: '1.13.11' },
  development: 'bool',
  metric: 'open',
  trace: 'map',
  'trace.jaeger_url': 'text',
  node_stats: 'open',
  enable_data_tracks: 'bool',
  enable_participant_data_blob: { kind: 'bool', since: '1.13.5' },
  api: 'open',
  webtransport: { kind: 'open', since: '1.13.11' },
};

export interface KnownKey extends KeyRow {
  readonly key: string;
  /** Whether the version asked for has it. */
  readonly known: boolean;
}

/** Looks a key up by its dotted path, list items as `[]`: `rtc.turn_servers[].host`. Undefined: no version has it. */
export function lookUpKey(key: string, version: string): KnownKey | undefined {
  const found = KEYS[key];
  if (found === undefined) return undefined;
  const row = typeof found === 'string' ? { kind: found } : found;
  const known =
    (row.since === undefined || atLeast(version, row.since)) &&
    (row.until === undefined || !atLeast(version, row.until));
  return { key, ...row, known };
}

/** The keys directly in a section, for suggestions; `''` is the top level. */
export function keysIn(section: string): readonly string[] {
  const prefix = section === '' ? '' : `${section}.`;
  return Object.keys(KEYS)
    .filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'))
    .map((key) => key.slice(prefix.length));
}

/** All keys of any version, with whether that one has them. */
export function allKeys(version: string): readonly KnownKey[] {
  return Object.keys(KEYS).flatMap((key) => lookUpKey(key, version) ?? []);
}
