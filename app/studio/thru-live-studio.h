/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-system.h"
#include "thru-studio.h"

G_BEGIN_DECLS

#define THRU_TYPE_LIVE_STUDIO (thru_live_studio_get_type ())

/* The real studio: engine, devices, discovery and saved state. */
G_DECLARE_FINAL_TYPE (ThruLiveStudio, thru_live_studio, THRU, LIVE_STUDIO, ThruStudio)

typedef struct
{
  const char *config_dir; /* where the state file lives; made when missing */
  const char *room_name;  /* (nullable): overrides the saved one for good */
  guint       port;       /* 0: the saved one or 1199 */
  ThruMidiApi midi_api;
} ThruLiveStudioOptions;

/* Reads the saved state and starts everything. Never fails: what does not work is among the problems. */
ThruStudio *thru_live_studio_new (const ThruLiveStudioOptions *options);

G_END_DECLS
