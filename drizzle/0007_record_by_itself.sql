ALTER TABLE `recordings` ADD `stopped_by` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `auto_record` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `consent` integer DEFAULT false NOT NULL;