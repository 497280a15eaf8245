/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* The studio on the session bus, for the commands of thru-commands.h: object path THRU_APP_PATH "/Studio", interface
 * THRU_APP_ID ".Studio". Owning the name THRU_APP_ID is the caller's (GApplication, or thru_headless_run()). */
#define THRU_TYPE_SERVICE (thru_service_get_type ())

G_DECLARE_FINAL_TYPE (ThruService, thru_service, THRU, SERVICE, GObject)

/* Exports @studio until the last reference goes. NULL with @error when the path is taken. */
ThruService *thru_service_new (ThruStudio       *studio,
                               GDBusConnection  *connection,
                               GError          **error);

G_END_DECLS
