ALTER TABLE `rooms` ADD `roles` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `lowered` text;