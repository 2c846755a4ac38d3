// The shapes of the API, under short names. They are made from the node's OpenAPI document: see package.json, `types`.
import type { components } from './schema';

type Schemas = components['schemas'];
export type Chat = Schemas['Chat'];
export type Contact = Schemas['Contact'];
export type ChangeList = Schemas['ChangeList'];
export type Device = Schemas['DeviceCopy'];
export type Devices = Schemas['Devices'];
export type Entity = Schemas['Entity'];
export type FileInfo = Schemas['FileInfo'];
export type Folder = Schemas['Folder'];
export type Invite = Schemas['Invite'];
export type Link = Schemas['Link'];
export type Message = Schemas['Message'];
export type NodeEvent = Schemas['Event'];
export type About = Schemas['About'];
export type OwnProfile = Schemas['OwnProfile'];
export type ProfileField = Schemas['ProfileField'];
export type Profile = Schemas['Profile'];
export type Relay = Schemas['Relay'];
export type RelayCopy = Schemas['RelayCopy'];
export type Safety = Schemas['Safety'];
export type Status = Schemas['Status'];
export type Ticks = Schemas['Ticks'];
export type Transfer = Schemas['Transfer'];
export type Truth = Schemas['Truth'];
