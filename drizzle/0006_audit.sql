ALTER TABLE `events` ADD `object` text;--> statement-breakpoint
ALTER TABLE `events` ADD `outcome` text DEFAULT 'done' NOT NULL;--> statement-breakpoint
CREATE INDEX `events_actor` ON `events` (`actor`,`id`);--> statement-breakpoint
CREATE INDEX `events_object` ON `events` (`object`,`id`);--> statement-breakpoint
CREATE INDEX `events_at` ON `events` (`at`);