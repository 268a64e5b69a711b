<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

/**
 * An exception that is an answer: running the transaction again would give the same one.
 */
interface FinalAnswer extends \Throwable
{
}
