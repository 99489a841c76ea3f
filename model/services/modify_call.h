// ModifyReplicaSynchronization: its table of checks, and what the engine is asked for.
// Source: rulings R1, R3; operation_matrix.md.
#pragma once

#include <span>

#include "model/engine/array.h"
#include "model/services/call_checks.h"

namespace replsim::services {

/// The checks in their order.
std::span<const CheckRow> modify_checks();
/// The request of a call that passed them all.
engine::ModifyRequest modify_request(const CheckedCall& call);

}  // namespace replsim::services
