/** `didar help recording`. */
export function recordingTopic(): string {
  return `RECORDING

  didar record start ROOM        or "r" in the dashboard
  didar record stop ID
  didar record list              all of them; show, fetch and delete one
  didar room set ROOM --auto-record     every meeting, from the first person on
  didar job list                 composing and uploading, and what went wrong

A recorder of its own process joins unseen and stores every track as it is
sent; everyone in the room is told. It ends by hand, when all have left, after
recording.maxDuration, or before the disk is full. Then ffmpeg makes one MP4 of
it in the background (apt install ffmpeg; fonts-noto-cjk for Chinese, Japanese
and Korean names): recording.layout, width, height and keepTracks say how.
Rooms with end-to-end encryption can't be recorded.

Where it goes:
  recording.dir           files on this machine
  recording.s3            a bucket: files leave the disk once it has them whole
  recording.retention     the age at which recordings are deleted
An hour of a few cameras is about 2 GB before it is composed.

recording.backend: egress uses LiveKit's egress workers instead, for who has
them: they need Redis, Chrome and 4 CPUs for each recording. "didar doctor"
tries whether they, the bucket, ffmpeg and the fonts are there.`;
}
