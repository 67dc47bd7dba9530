/**
 * Every code that the API can answer with: its status and title. Services throw codes, this table alone knows what
 * they mean over HTTP; a code that is missing here is a fault of ours, which a test finds.
 */
export const STATUSES: Readonly<Record<string, readonly [status: number, title: string]>> = {
  // The request itself
  malformed_body: [400, 'The body cannot be read'],
  body_missing: [400, 'A body is needed'],
  route_not_found: [404, 'No such route'],
  method_not_allowed: [405, 'Method not allowed here'],
  body_too_large: [413, 'The body is too large'],
  media_type_unsupported: [415, 'The content type is not understood'],
  invalid_request: [422, 'The request is not as it should be'],
  cursor_invalid: [422, 'The cursor is not one of ours'],
  too_many_requests: [429, 'Too many requests'],
  busy: [429, 'Busy right now'],
  internal: [500, 'Internal error'],

  // Who asks
  unauthenticated: [401, 'Not signed in'],
  token_invalid: [401, 'The token is not valid'],
  token_expired: [401, 'The token has expired'],
  login_ended: [401, 'This login has ended'],
  credentials_invalid: [401, 'Email or password is wrong'],
  refresh_invalid: [401, 'The refresh token is not valid'],
  refresh_reused: [401, 'The refresh token was used before'],
  user_disabled: [403, 'This account is disabled'],
  forbidden: [403, 'Not permitted'],
  registration_closed: [403, 'Registration is closed'],
  setup_code_invalid: [403, 'The setup code is wrong'],
  setup_done: [403, 'The setup is done already'],

  // Accounts
  user_not_found: [404, 'No such user'],
  token_not_found: [404, 'No such token'],
  login_not_found: [404, 'No such login'],
  invitation_not_found: [404, 'No such invitation'],
  invitation_invalid: [403, 'The invitation does not hold'],
  reset_invalid: [403, 'The link does not hold'],
  current_password_wrong: [403, 'The current password is wrong'],
  password_weak: [422, 'The password is too common'],
  email_taken: [409, 'The email is taken'],
  last_admin: [409, 'The last admin has to stay'],

  // Rooms
  room_not_found: [404, 'No such room'],
  room_exists: [409, 'The room exists already'],
  room_closed: [403, 'The room is closed'],
  room_locked: [403, 'The room is locked'],
  room_full: [409, 'The room is full'],
  join_denied: [403, 'Kept out of this room'],
  join_not_allowed: [403, 'For members only'],
  guests_not_allowed: [403, 'Guests may not come in'],
  name_required: [422, 'A name is needed'],
  password_required: [403, 'The room has a password'],
  password_wrong: [403, 'The password is wrong'],
  invite_invalid: [403, 'The invitation does not hold'],
  invite_not_found: [404, 'No such invitation'],
  join_refused: [403, 'Not let in'],
  not_waiting: [404, 'Does not wait'],
  waiting_room_full: [503, 'The waiting room is full'],
  wait_ticket_invalid: [401, 'The ticket is not valid'],
  member_not_found: [404, 'No such member'],
  last_owner: [409, 'The last owner has to stay'],

  // Participants
  participant_not_found: [404, 'No such participant'],
  track_not_found: [404, 'No such track'],
  denial_not_found: [404, 'No such denial'],

  // Recordings
  recording_not_found: [404, 'No such recording'],
  recording_file_not_found: [404, 'No such file'],
  recording_file_gone: [410, 'The file is gone'],
  recording_running: [409, 'Recorded already'],
  recording_not_running: [409, 'Not being recorded'],
  recording_in_use: [409, 'Not finished'],
  recording_backend_unavailable: [409, 'Not with this backend'],
  recording_dir_unusable: [503, 'The recordings cannot be written'],
  room_not_live: [409, 'Nobody is in the room'],
  recording_file_changed: [409, 'The file has changed'],
  bucket_not_configured: [503, 'No bucket is configured'],
  bucket_unreachable: [503, 'The bucket cannot be reached'],
  bucket_busy: [503, 'The bucket is busy'],
  bucket_credentials: [502, 'The bucket does not accept our key'],
  bucket_forbidden: [502, 'The bucket refuses our key'],
  bucket_missing: [502, 'No such bucket'],
  bucket_region: [502, 'The bucket is in another region'],
  bucket_clock_skew: [502, 'Our clock and that of the bucket differ'],
  object_missing: [410, 'The object is gone'],
  upload_missing: [502, 'The upload is gone'],
  bucket_checksum: [502, 'The bucket has something else'],
  bucket_refused: [502, 'The bucket refused'],
  disk_nearly_full: [503, 'The disk is nearly full'],

  // The media server
  server_draining: [503, 'The server is stopping'],
  livekit_unavailable: [503, 'The media server is down'],
  livekit_unauthorized: [502, 'The media server does not accept our key'],
  livekit_refused: [502, 'The media server refused'],
  webhook_forged: [401, 'The webhook is not signed by our media server'],
  webhook_invalid: [400, 'The webhook cannot be read'],

  // Jobs
  job_not_found: [404, 'No such job'],
  job_finished: [409, 'The job is over'],
  job_not_retryable: [409, 'The job cannot be retried'],
  queue_full: [503, 'The queue is full'],

  // The database
  database_unavailable: [503, 'The database is unavailable'],
  database_read_only: [503, 'The database cannot be written'],
  database_full: [503, 'The disk is full'],
  database_busy: [503, 'The database is busy'],
  database_corrupt: [503, 'The database is damaged'],
  database_foreign: [503, 'The database is not ours'],
};
