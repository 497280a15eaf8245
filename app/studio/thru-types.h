/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ThruStudio ThruStudio;
typedef struct _ThruRoom ThruRoom;
typedef struct _ThruDevice ThruDevice;
typedef struct _ThruRoute ThruRoute;
typedef struct _ThruProblem ThruProblem;
typedef struct _ThruQuestion ThruQuestion;
typedef struct _ThruTransfer ThruTransfer;

/* Makes the one studio of a program. Returns: (transfer full). */
typedef ThruStudio *(*ThruStudioFactory) (gpointer user);

G_END_DECLS
