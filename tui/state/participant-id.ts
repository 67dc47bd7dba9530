/** An identity is somebody in each room. */
export const participantId = (room: string, identity: string): string => `${room}/${identity}`;
